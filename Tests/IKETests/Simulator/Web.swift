import Crypto

@testable import IKE

/// What a simulated host learns from others about certificates.
struct Web {
    /// An answer and how long it takes.
    struct Answer {
        let result: Fetched
        var delay = Interval.milliseconds(20)
    }

    /// What comes of a question; `nil` for nothing, ever.
    var answers: (FetchQuestion) -> Answer? = { _ in nil }
    /// What has been asked.
    private(set) var asked: [FetchQuestion] = []
    /// What was no longer waited for.
    var abandoned: [FetchID] = []
    /// What was to be kept.
    var kept = FetchAnswers()

    mutating func answer(_ question: FetchQuestion) -> Answer? {
        asked.append(question)
        return answers(question)
    }
}
