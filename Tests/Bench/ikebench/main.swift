import Glibc

let arguments = Array(CommandLine.arguments.dropFirst())

func option(_ name: String) -> String? {
    arguments.firstIndex(of: name).flatMap {
        arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil
    }
}

let groups = Group.named(option("--groups") ?? "X25519,P-256,MODP-2048")
let count = option("--count").flatMap { Int($0) } ?? 2000
let rules = option("--rules").flatMap { Int($0) } ?? 1

switch arguments.first {
case "engine": try EngineBenchmark.handshakes(groups, count: count, rules: rules)
case "heap":
    try EngineBenchmark.memory(
        groups[0], count: count, histogram: arguments.contains("--histogram"))
default:
    print("usage: ikebench engine|heap [--groups LIST] [--count N]")
    exit(2)
}
