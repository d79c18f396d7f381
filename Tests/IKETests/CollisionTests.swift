import Testing

@testable import IKE

/// What happens at both ends at once: each story with every order of nonces, begun by either end,
/// and with each single datagram lost, late or repeated. After every event of every course,
/// neither end sends with what the other does not hold, or has nothing to send with, and neither
/// holds more than it needs; at the end both hold the same.
@Suite struct CollisionTests {
    @Test(arguments: Story.all)
    func everyCourseOfAStoryEndsInAgreement(story: Story) throws {
        for plain in Course.plain {
            let count = try plain.play(story)
            for course in plain.withMishaps(datagrams: count) { try course.play(story) }
        }
    }

    /// A table that shrinks unseen, or stories in which nothing is said, would show nothing.
    @Test func theTableIsWhole() throws {
        #expect(Set(Story.all.map { $0.name }).count == Story.all.count)
        #expect(Story.all.count >= 54)
        #expect(Course.plain.count == 8)
        var courses = 0
        for story in Story.all {
            for plain in Course.plain {
                let count = try plain.play(story)
                // A request and its response, at the least.
                #expect(count >= 2, "\(story.name): \(plain)")
                courses += 1 + plain.withMishaps(datagrams: count).count
            }
        }
        print("\(Story.all.count) stories, \(courses) courses")
        #expect(courses > 15_000)
    }
}
