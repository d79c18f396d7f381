import Glibc

let usage = """
    usage: ikebench exchanges [--groups all|LIST]
           ikebench engine [--groups LIST] [--count N] [--rules N]
           ikebench heap [--groups LIST] [--count N] [--histogram]
           ikebench door [--count N]
           ikebench parse [--rules N]
           ikebench idle|start --program FILE [--build dist|embedded] [--rules N]
                    [--keystores DIRECTORY]
           ikebench cookies --program FILE --namespace FILE [--count N] [--rounds N]
           ikebench flood --program FILE --namespace FILE [--count N]
           ikebench echo --port N --length N
           ikebench handshakes --program FILE --namespace FILE [--role responder|initiator]
                    [--groups all|LIST] [--count N] [--rounds N] [--window N]
                    [--keystores DIRECTORY]
           ikebench memory --program FILE --namespace FILE [--role responder|initiator]
                    [--groups LIST] [--count N]
           ikebench dumps|stalls --program FILE --ikeadm FILE --namespace FILE [--count N]
    """

let arguments = Array(CommandLine.arguments.dropFirst())

func option(_ name: String) -> String? {
    arguments.firstIndex(of: name).flatMap {
        arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil
    }
}

func number(_ name: String) -> Int? { option(name).flatMap { Int($0) } }

func needed(_ name: String) throws -> String {
    guard let value = option(name) else { throw Failure("\(name) is missing\n\(usage)") }
    return value
}

func run() throws {
    let groups =
        switch option("--groups") ?? "X25519,P-256,MODP-2048" {
        case "all": Group.all
        case let list: try Group.named(list)
        }
    let count = number("--count") ?? 2000
    let rules = number("--rules")
    let keystores = option("--keystores").map { Keystores(directory: $0) }
    let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let directory = "\(temporary)/ikebench.\(getpid())"
    defer {
        for name in ["ikev2.config", "ikev2.preshared", "ikev2d.conf"] {
            unlink("\(directory)/\(name)")
        }
        rmdir(directory)
    }

    func footprint() throws -> FootprintBenchmark {
        mkdir(directory, 0o700)
        return FootprintBenchmark(
            program: try needed("--program"),
            site: DaemonProcess.Site(directory: directory, namespace: nil),
            goals: option("--build") == "embedded" ? .embedded : .dist)
    }
    func remoteSite() throws -> DaemonProcess.Site {
        mkdir(directory, 0o700)
        return DaemonProcess.Site(
            directory: directory, namespace: NetworkNamespace(path: try needed("--namespace")))
    }
    func daemon() throws -> DaemonBenchmark {
        let site = try remoteSite()
        return DaemonBenchmark(
            program: try needed("--program"), site: site,
            namespace: NetworkNamespace(path: try needed("--namespace")), keystores: keystores,
            window: number("--window") ?? 32)
    }
    func administration() throws -> AdministrationBenchmark {
        AdministrationBenchmark(
            program: try needed("--program"), ikeadm: try needed("--ikeadm"),
            site: try remoteSite(),
            namespace: NetworkNamespace(path: try needed("--namespace")))
    }
    func roles() throws -> [Generator.DaemonRole] {
        guard let name = option("--role") else { return Generator.DaemonRole.allCases }
        guard let role = Generator.DaemonRole(rawValue: name) else { throw Failure(usage) }
        return [role]
    }

    switch arguments.first {
    case "exchanges": try EngineBenchmark.exchanges(groups)
    case "engine": try EngineBenchmark.handshakes(groups, count: count, rules: rules ?? 1)
    case "heap":
        try EngineBenchmark.memory(
            groups[0], count: count, histogram: arguments.contains("--histogram"))
    case "door": try DoorBenchmark(groups[0]).run(count: number("--count") ?? 100_000)
    case "parse": try FootprintBenchmark.parse(rules: rules ?? 1000)
    case "idle":
        if let keystores {
            try footprint().idle(keystores)
        } else {
            try footprint().idle()
        }
    case "start": try footprint().start(rules: rules ?? 1000, rounds: number("--rounds") ?? 20)
    case "handshakes":
        for role in try roles() {
            for group in groups {
                try daemon().handshakes(role, group, count: count, rounds: number("--rounds") ?? 5)
            }
        }
    case "cookies":
        try CookieBenchmark(program: try needed("--program"), site: try remoteSite())
            .run(groups[0], count: number("--count") ?? 20_000, rounds: number("--rounds") ?? 25)
    case "flood":
        try FloodTest(program: try needed("--program"), site: try remoteSite())
            .run(groups[0], count: number("--count") ?? 100_000)
    case "echo":
        guard let port = number("--port").flatMap({ UInt16(exactly: $0) }),
            let length = number("--length")
        else { throw Failure(usage) }
        try Echo.serve(port: port, length: length)
    case "memory":
        for role in try roles() { try daemon().memory(role, groups[0], count: count) }
    case "dumps": try administration().dumps(groups[0], count: number("--count") ?? 10_000)
    case "stalls":
        try administration().stalls(
            groups[0], clients: 1000, count: number("--count") ?? 200,
            rounds: number("--rounds") ?? 5)
    default: throw Failure(usage)
    }
}

do {
    try run()
} catch {
    complain("ikebench: \((error as? Failure)?.message ?? "\(error)")")
    exit(1)
}
