/// Jobs that wait, by their precedence and in the order they came.
struct JobQueue<Job> {
    private var urgent = FIFO<Job>()
    private var ordinary = FIFO<Job>()
    private var spare = FIFO<Job>()

    var isEmpty: Bool { !isWaitedFor && spare.isEmpty }

    /// Whether there is a job that somebody waits for.
    var isWaitedFor: Bool { !(urgent.isEmpty && ordinary.isEmpty) }

    mutating func append(_ job: Job, _ precedence: Precedence) {
        switch precedence {
        case .urgent: urgent.append(job)
        case .ordinary: ordinary.append(job)
        case .spare: spare.append(job)
        }
    }

    /// Takes over all jobs of another queue, which keeps only its room.
    mutating func append(movedFrom other: inout JobQueue) {
        urgent.append(movedFrom: &other.urgent)
        ordinary.append(movedFrom: &other.ordinary)
        spare.append(movedFrom: &other.spare)
    }

    mutating func popFirst() -> Job? {
        urgent.popFirst() ?? ordinary.popFirst() ?? spare.popFirst()
    }

    mutating func removeAll() { self = JobQueue() }
}
