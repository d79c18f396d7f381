import CLibevent
import Net

/// Asks by HTTP without holding up the loop: names are resolved by libevent, too.
public final class HTTPClient {
    private let loop: EventLoop
    private var resolver: OpaquePointer?

    /// A client that asks nothing yet, and takes no descriptor before it does.
    public init(on loop: EventLoop) {
        self.loop = loop
    }

    deinit {
        if let resolver { evdns_base_free(resolver, 0) }
    }

    /// Begins to ask. The handler is called once, in a later turn, unless the exchange is cancelled
    /// or released before.
    ///
    /// - Parameter nanoseconds: how long all of it may take, redirections included.
    public func start(
        _ request: HTTPRequest, within nanoseconds: UInt64,
        completed: @escaping (HTTPExchange.Outcome) -> Void
    ) -> HTTPExchange {
        let exchange = HTTPExchange(request, of: self, on: loop, completed)
        exchange.begin(within: nanoseconds)
        return exchange
    }

    /// Reads the servers of resolv.conf(5) anew.
    public func refreshResolver() {
        guard let resolver else { return }
        evdns_base_clear_nameservers_and_suspend(resolver)
        evdns_base_resolv_conf_parse(
            resolver, DNS_OPTION_SEARCH | DNS_OPTION_NAMESERVERS | DNS_OPTION_MISC,
            "/etc/resolv.conf")
        evdns_base_resume(resolver)
    }

    /// Who resolves a name; nobody is needed for an address.
    func resolver(for host: String) -> OpaquePointer? {
        guard IPAddress(host) == nil else { return nil }
        if resolver == nil {
            resolver = evdns_base_new(
                loop.base.pointer,
                EVDNS_BASE_INITIALIZE_NAMESERVERS | EVDNS_BASE_DISABLE_WHEN_INACTIVE)
        }
        return resolver
    }
}
