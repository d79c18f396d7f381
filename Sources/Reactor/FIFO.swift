/// First in, first out; an element taken is forgotten at once.
struct FIFO<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) {
        // The places of what was taken are used again once they are the larger part.
        if head > elements.count / 2 {
            elements.removeFirst(head)
            head = 0
        }
        elements.append(element)
    }

    /// Takes over all elements of another, which keeps only its room.
    mutating func append(movedFrom other: inout FIFO) {
        while let element = other.popFirst() { append(element) }
    }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAllButRoom()
            head = 0
        }
        return element
    }
}

extension Array {
    /// Forgets the elements, and keeps room for as many as usual, not for those of a burst.
    mutating func removeAllButRoom() {
        removeAll(keepingCapacity: capacity <= 128)
    }
}
