import CLinux
import Testing

@testable import Reactor

@Suite struct HTTPClientTests {
    private let loop: EventLoop
    private let client: HTTPClient

    init() throws {
        loop = try EventLoop()
        client = HTTPClient(on: loop)
    }

    /// What comes of a request; `nil` when nothing did.
    private func outcome(
        of request: HTTPRequest, within milliseconds: UInt64 = 10_000
    ) throws -> HTTPExchange.Outcome? {
        var outcome: HTTPExchange.Outcome?
        let exchange = client.start(request, within: milliseconds * 1_000_000) { [loop] in
            #expect(outcome == nil)
            outcome = $0
            loop.stop()
        }
        let limit = loop.makeTimer { [loop] in loop.stop() }
        limit.set(deadline: loop.now + 20_000_000_000)
        try loop.run()
        limit.cancel()
        exchange.cancel()
        return outcome
    }

    private func get(
        _ url: String, longest: Int = 1000, within milliseconds: UInt64 = 10_000
    ) throws -> HTTPExchange.Outcome? {
        try outcome(of: HTTPRequest(url: url, longest: longest), within: milliseconds)
    }

    private static func found(_ body: String, _ fields: String = "") -> ScriptedServer.Answer {
        .octets("HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    // MARK: Answers

    @Test func fetchesWhatIsThere() throws {
        let server = try ScriptedServer { _ in Self.found("hello") }
        #expect(try get(server.url("/a/list.crl?b=c")) == .body(Array("hello".utf8)))
        let asked = try #require(server.asked.first)
        #expect(asked.hasPrefix("GET /a/list.crl?b=c HTTP/1.1\r\n"))
        #expect(asked.contains("Host: 127.0.0.1:\(server.port)\r\n"))
    }

    @Test func bringsABodyAlong() throws {
        let server = try ScriptedServer { _ in Self.found("yes") }
        let request = HTTPRequest(
            url: server.url("/ocsp"),
            body: HTTPRequest.Body(type: "application/ocsp-request", octets: Array("whether".utf8)),
            longest: 1000)
        #expect(try outcome(of: request) == .body(Array("yes".utf8)))
        let asked = try #require(server.asked.first)
        #expect(asked.hasPrefix("POST /ocsp HTTP/1.1\r\n"))
        #expect(asked.contains("Content-Type: application/ocsp-request\r\n"))
        #expect(asked.hasSuffix("\r\n\r\nwhether"))
    }

    @Test func takesBodiesOfEveryShape() throws {
        let server = try ScriptedServer { line in
            line.contains("chunked")
                ? .octets(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n"
                        + "0\r\n\r\n")
                : .octets("HTTP/1.0 200 OK\r\n\r\nhello")
        }
        #expect(try get(server.url("/chunked")) == .body(Array("hello".utf8)))
        #expect(try get(server.url("/until-the-end")) == .body(Array("hello".utf8)))
    }

    @Test func goesThroughAProxy() throws {
        let server = try ScriptedServer { _ in Self.found("hello") }
        let request = HTTPRequest(
            url: "http://lists.example.org/root.crl",
            proxy: HTTPRequest.Proxy(host: "127.0.0.1", port: server.port), longest: 1000)
        #expect(try outcome(of: request) == .body(Array("hello".utf8)))
        let asked = try #require(server.asked.first)
        #expect(asked.hasPrefix("GET http://lists.example.org/root.crl HTTP/1.1\r\n"))
        #expect(asked.contains("Host: lists.example.org\r\n"))
    }

    @Test func resolvesNames() throws {
        let server = try ScriptedServer { _ in Self.found("hello") }
        // Of the hosts(5) file.
        #expect(
            try get("http://localhost:\(server.port)/") == .body(Array("hello".utf8)))
    }

    // MARK: Redirections

    @Test func followsTwoRedirections() throws {
        let server = try ScriptedServer { line in
            if line.contains("/first") {
                return .octets(
                    "HTTP/1.1 301 Moved\r\nLocation: /second\r\nContent-Length: 0\r\n\r\n")
            }
            if line.contains("/second") {
                return .octets(
                    "HTTP/1.1 302 Found\r\nLocation: /third\r\nContent-Length: 0\r\n\r\n")
            }
            return Self.found("hello")
        }
        #expect(try get(server.url("/first")) == .body(Array("hello".utf8)))
        #expect(server.asked.count == 3)
    }

    @Test func followsNoLoopAndNothingButHTTP() throws {
        let server = try ScriptedServer { line in
            let place = line.contains("/loop") ? "/loop" : "ftp://127.0.0.1/list"
            return .octets(
                "HTTP/1.1 302 Found\r\nLocation: \(place)\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(
            try get(server.url("/loop")) == .failed("the server sends us on more than 2 times"))
        #expect(server.asked.count == 3)
        #expect(
            try get(server.url("/away"))
                == .failed("the server answers with code 302, and no URL of HTTP"))
        let request = HTTPRequest(
            url: server.url("/loop"), body: HTTPRequest.Body(type: "a/b", octets: [1]),
            longest: 1000)
        #expect(
            try outcome(of: request) == .failed("the server answers with code 302, sending us on"))
    }

    // MARK: Strangers

    @Test(arguments: [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]",
        "[fe80::1]", "169.254.169.254", "224.0.0.1", "255.255.255.255", "localhost",
    ]) func asksNothingOfThisHostForAStranger(host: String) throws {
        let server = try ScriptedServer { _ in Self.found("hello") }
        let request = HTTPRequest(
            url: "http://\(host):\(server.port)/", of: .stranger, longest: 1000)
        #expect(
            try outcome(of: request) == .failed("it leads to this host or its link"))
        #expect(server.asked.isEmpty)
    }

    @Test func followsNoRedirectionForAStranger() throws {
        let server = try ScriptedServer { _ in
            .octets(
                "HTTP/1.1 302 Found\r\nLocation: /second\r\nContent-Length: 0\r\n\r\n")
        }
        // Strangers' places are others' hosts, and only a proxy of ours is here.
        let request = HTTPRequest(
            url: "http://certs.example.org/first", of: .stranger,
            proxy: HTTPRequest.Proxy(host: "127.0.0.1", port: server.port), longest: 1000)
        #expect(try outcome(of: request) == .failed("the server sends us elsewhere"))
        #expect(server.asked.count == 1)
    }

    // MARK: Failures

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + String(repeating: "x", count: 1001),
        "HTTP/1.0 200 OK\r\n\r\n" + String(repeating: "x", count: 1001),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"
            + String(repeating: "x", count: 1001) + "\r\n0\r\n\r\n",
    ]) func takesNoMoreThanItWants(answer: String) throws {
        let server = try ScriptedServer { _ in .octets(answer) }
        #expect(try get(server.url()) == .failed("the answer has more than 1000 octets"))
    }

    @Test(arguments: [
        "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
    ]) func readsNoFloodToItsEnd(head: String) throws {
        let server = try ScriptedServer { _ in .flood(head) }
        #expect(try get(server.url()) == .failed("the answer has more than 1000 octets"))
    }

    @Test func readsNoEndlessHead() throws {
        let server = try ScriptedServer { _ in .flood("HTTP/1.1 200 OK\r\nX-Long: ") }
        guard case .failed? = try get(server.url()) else {
            Issue.record("an endless head was taken")
            return
        }
    }

    @Test func waitsNoLongerThanItIsTold() throws {
        let server = try ScriptedServer { _ in .silence }
        #expect(try get(server.url(), within: 100) == .failed("no answer in time"))
        #expect(server.asked.count == 1)
    }

    @Test func tellsOfWhatIsNoAnswer() throws {
        let server = try ScriptedServer { line in
            if line.contains("/nothing") { return .end }
            if line.contains("/part") {
                return .octets("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
            }
            if line.contains("/missing") {
                return .octets("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            }
            return .octets("\u{1}\u{2}garbage\r\n\r\n")
        }
        #expect(try get(server.url("/nothing")) == .failed("the connection was closed"))
        #expect(try get(server.url("/part")) == .failed("the connection was closed"))
        #expect(try get(server.url("/missing")) == .failed("the server answers with code 404"))
        #expect(try get(server.url("/garbage")) == .failed("the answer is no HTTP"))
    }

    @Test func tellsOfPlacesThatTakeNoConnection() throws {
        // Nobody listens there any more once the server is gone.
        let port = try ScriptedServer { _ in .end }.port
        #expect(
            try get("http://127.0.0.1:\(port)/") == .failed("no connection can be made"))
    }

    @Test(arguments: [
        "", "https://127.0.0.1/", "ldap://127.0.0.1/", "file:///etc/passwd", "http://",
        "http://user@127.0.0.1/", "http://127.0.0.1:0/", "http://127.0.0.1:99999/",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1/\u{e4}",
    ]) func asksNothingButURLsOfHTTP(url: String) throws {
        #expect(try get(url) == .failed("it is no URL of HTTP"))
    }

    @Test func whatIsCancelledIsNotHeardOf() throws {
        let server = try ScriptedServer { _ in Self.found("hello") }
        var isHeard = false
        let exchange = client.start(
            HTTPRequest(url: server.url(), longest: 1000), within: 1_000_000_000
        ) { _ in isHeard = true }
        exchange.cancel()
        #expect(try get(server.url()) == .body(Array("hello".utf8)))
        #expect(!isHeard)
    }

    // MARK: URLs

    @Test func readsURLs() throws {
        let url = try #require(HTTPURL("http://[fd00::1]:8080/a?b"))
        #expect(url.host == "fd00::1")
        #expect(url.port == 8080)
        #expect(url.target == "/a?b")
        #expect(url.authority == "[fd00::1]:8080")
        let plain = try #require(HTTPURL("HTTP://example.org"))
        #expect(plain.port == 80)
        #expect(plain.target == "/")
        #expect(plain.redirected(to: "//elsewhere.example.org/") == nil)
    }
}
