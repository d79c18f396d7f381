import CLibevent
import Net

/// One request and what comes of it. It ends when cancelled or released.
public final class HTTPExchange {
    /// What comes of it.
    public enum Outcome: Equatable, Sendable {
        /// The octets of the answer.
        case body([UInt8])
        /// Nothing, and why.
        case failed(String)
    }

    /// What is to be done once libevent is done with the connection.
    private enum Next {
        case end(Outcome)
        case follow(HTTPURL)
    }

    /// A place that sends us on and on is left to itself; a stranger's does not send us anywhere.
    private var mostRedirections: Int { request.origin == .stranger ? 0 : 2 }
    /// Octets of an answer's head: more than any server sends.
    private static let longestHead = 8192

    private let request: HTTPRequest
    private let client: HTTPClient
    private let base: EventBase
    private var completed: ((Outcome) -> Void)?
    private var connection: OpaquePointer?
    private var lookup: NameLookup?
    /// Where it is at.
    private var url: HTTPURL?
    private var next: Next?
    private var redirections = 0
    /// What libevent said of a failure.
    private var failure: evhttp_request_error?
    private var deadline: Timer?
    /// A connection is not freed from within its own call.
    private var afterwards: Timer?
    private let now: () -> UInt64

    init(
        _ request: HTTPRequest, of client: HTTPClient, on loop: EventLoop,
        _ completed: @escaping (Outcome) -> Void
    ) {
        self.request = request
        self.client = client
        self.completed = completed
        base = loop.base
        now = { loop.now }
        // Timers live no longer than this object.
        deadline = loop.makeTimer { [unowned(unsafe) self] in expire() }
        afterwards = loop.makeTimer { [unowned(unsafe) self] in goOn() }
    }

    deinit { cancel() }

    /// Ends it; the handler is not called any more.
    public func cancel() {
        completed = nil
        deadline?.cancel()
        afterwards?.cancel()
        disconnect()
    }

    func begin(within nanoseconds: UInt64) {
        let (end, overflows) = now().addingReportingOverflow(nanoseconds)
        deadline?.set(deadline: overflows ? .max : end)
        guard let url = HTTPURL(request.url) else {
            plan(.end(.failed("it is no URL of HTTP")))
            return
        }
        connect(url)
    }

    private func plan(_ next: Next) {
        self.next = next
        afterwards?.set(deadline: now())
    }

    private func expire() {
        disconnect()
        plan(.end(.failed("no answer in time")))
    }

    private func goOn() {
        guard let next else { return }
        self.next = nil
        disconnect()
        switch next {
        case .follow(let url): connect(url)
        case .end(let outcome):
            deadline?.cancel()
            let completed = completed
            self.completed = nil
            completed?(outcome)
        }
    }

    private func disconnect() {
        // What it waits for is forgotten with it, without a call.
        if let connection { evhttp_connection_free(connection) }
        connection = nil
        lookup?.cancel()
        lookup = nil
    }

    // MARK: The question

    private func connect(_ url: HTTPURL) {
        self.url = url
        let host = request.proxy?.host ?? url.host
        let resolver = client.resolver(for: host)
        guard resolver != nil || IPAddress(host) != nil else {
            plan(.end(.failed("names cannot be resolved")))
            return
        }
        guard request.origin == .stranger else {
            connect(to: host, resolver, url)
            return
        }
        // Whose the URL is, whom it leads to is to be seen before anybody is spoken to.
        if let address = IPAddress(url.host), address.isNearby {
            plan(.end(.failed(Self.nearby)))
        } else if let resolver, request.proxy == nil {
            // This object cancels the lookup when it ends.
            lookup = NameLookup { [unowned(unsafe) self] in found($0, url) }
            lookup?.begin(url.host, resolver)
        } else {
            connect(to: host, resolver, url)
        }
    }

    private static let nearby = "it leads to this host or its link"

    /// The addresses of a host that a stranger named.
    private func found(_ addresses: [IPAddress], _ url: HTTPURL) {
        guard next == nil else { return }
        if let address = addresses.first(where: { !$0.isNearby }) {
            connect(to: address.description, nil, url)
        } else {
            plan(.end(.failed(addresses.isEmpty ? "its host has no address" : Self.nearby)))
        }
    }

    private func connect(to host: String, _ resolver: OpaquePointer?, _ url: HTTPURL) {
        connection = evhttp_connection_base_new(
            base.pointer, resolver, host, request.proxy?.port ?? url.port)
        guard let connection else {
            plan(.end(.failed("no connection can be made")))
            return
        }
        evhttp_connection_set_max_headers_size(connection, Self.longestHead)
        evhttp_connection_set_max_body_size(connection, request.longest)
        failure = nil
        let asked = evhttp_request_new(
            { answer, context in
                guard let context else { return }
                Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue().answered(answer)
            }, Unmanaged.passUnretained(self).toOpaque())
        guard let asked else {
            plan(.end(.failed("no request can be made")))
            return
        }
        evhttp_request_set_error_cb(asked) { error, context in
            guard let context else { return }
            Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue().failure = error
        }
        fill(asked, url)
        ask(asked, url, connection)
    }

    private func fill(_ asked: OpaquePointer, _ url: HTTPURL) {
        let head = evhttp_request_get_output_headers(asked)
        evhttp_add_header(head, "Host", url.authority)
        evhttp_add_header(head, "Connection", "close")
        guard let body = request.body else { return }
        evhttp_add_header(head, "Content-Type", body.type)
        evbuffer_add(evhttp_request_get_output_buffer(asked), body.octets, body.octets.count)
    }

    private func ask(_ asked: OpaquePointer, _ url: HTTPURL, _ connection: OpaquePointer) {
        let target = request.proxy == nil ? url.target : "http://\(url.authority)\(url.target)"
        let method = request.body == nil ? EVHTTP_REQ_GET : EVHTTP_REQ_POST
        // It may have been answered before this returns: a refusal comes at once.
        if evhttp_make_request(connection, asked, method, target) != 0, next == nil {
            plan(.end(.failed("no connection can be made")))
        }
    }

    // MARK: The answer

    private func answered(_ answer: OpaquePointer?) {
        guard next == nil else { return }
        plan(outcome(answer))
    }

    private func outcome(_ answer: OpaquePointer?) -> Next {
        if let failure { return .end(.failed(words(failure))) }
        guard let answer else { return .end(.failed("the connection was closed")) }
        let code = evhttp_request_get_response_code(answer)
        switch code {
        case 0: return .end(.failed("no connection can be made"))
        case 200: return body(answer)
        case 301, 302, 303, 307, 308: return redirection(answer, code)
        default: return .end(.failed("the server answers with code \(code)"))
        }
    }

    private func body(_ answer: OpaquePointer) -> Next {
        let buffer = evhttp_request_get_input_buffer(answer)
        let count = evbuffer_get_length(buffer)
        guard count <= request.longest else { return .end(.failed(tooLong)) }
        let octets = [UInt8](unsafeUninitializedCapacity: count) { room, initialized in
            initialized = max(0, evbuffer_copyout(buffer, room.baseAddress, count))
        }
        return .end(.body(octets))
    }

    private func redirection(_ answer: OpaquePointer, _ code: Int32) -> Next {
        guard request.body == nil else {
            // A body is brought to nobody but whom it is meant for.
            return .end(.failed("the server answers with code \(code), sending us on"))
        }
        redirections += 1
        guard redirections <= mostRedirections else {
            return .end(
                .failed(
                    mostRedirections == 0
                        ? "the server sends us elsewhere"
                        : "the server sends us on more than \(mostRedirections) times"))
        }
        let head = evhttp_request_get_input_headers(answer)
        guard let location = evhttp_find_header(head, "Location"),
            let url = url?.redirected(to: String(cString: location))
        else { return .end(.failed("the server answers with code \(code), and no URL of HTTP")) }
        return .follow(url)
    }

    private var tooLong: String { "the answer has more than \(request.longest) octets" }

    private func words(_ error: evhttp_request_error) -> String {
        switch error {
        case EVREQ_HTTP_TIMEOUT: "no answer in time"
        case EVREQ_HTTP_EOF: "the connection was closed"
        case EVREQ_HTTP_INVALID_HEADER: "the answer is no HTTP"
        case EVREQ_HTTP_BUFFER_ERROR: "the connection broke"
        case EVREQ_HTTP_DATA_TOO_LONG: tooLong
        default: "the request was given up"
        }
    }
}
