// swift-tools-version: 6.2

import PackageDescription

// EMBEDDED=1 builds the same programs without the Swift runtime, for gateways
// where six megabytes of runtime matter.
let embedded = Context.environment["EMBEDDED"] != nil

// What ships is built for size: a fifth smaller, and no slower that could be measured.
let swiftSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .unsafeFlags(["-Osize"], .when(configuration: .release)),
    ]
    + (embedded
        ? [
            .enableExperimentalFeature("Embedded"),
            .unsafeFlags(["-wmo", "-Xfrontend", "-function-sections"]),
        ] : [])

/// Settings of the rooms that handle what peers and administrators say.
let strictSettings: [SwiftSetting] = swiftSettings + [.strictMemorySafety()]

/// Where the toolchain keeps the Embedded standard library: contrib/build finds it and says so.
let embeddedStandardLibrary = Context.environment["SWIFT_EMBEDDED_LIBRARIES"] ?? ""

/// A program exports nothing, so that what it does not call can be left out; functions alike in
/// every octet are kept once, and relocations packed. The toolchain's own linker does that.
let programLinking: [LinkerSetting] =
    [
        .unsafeFlags([
            "-use-ld=lld", "-Xlinker", "--as-needed", "-Xlinker", "--no-export-dynamic",
            "-Xlinker", "--gc-sections",
            "-Xlinker", "--icf=all", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
        ])
    ]
    + (embedded
        ? [
            .linkedLibrary("m"),
            .unsafeFlags([
                "-L", embeddedStandardLibrary, "-lswiftUnicodeDataTables",
                "-enable-experimental-feature", "Embedded",
            ]),
        ] : [])

let package = Package(
    name: "in.ikev2d",
    products: [
        .executable(name: "in.ikev2d", targets: ["ikev2d"]),
        .executable(name: "ikeadm", targets: ["ikeadm"]),
        .executable(name: "kmfcfg", targets: ["kmfcfg"]),
        .executable(name: "ikev2cert", targets: ["ikev2cert"]),
        .executable(name: "ipsecconf", targets: ["ipsecconf"]),
    ],
    targets: [
        .systemLibrary(
            name: "CLibevent", pkgConfig: "libevent_core", providers: [.apt(["libevent-dev"])]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CCryptoki"),

        .target(name: "Net", swiftSettings: strictSettings),
        .target(name: "Wire", dependencies: ["Net"], swiftSettings: strictSettings),
        .target(
            name: "Crypto", dependencies: ["COpenSSL", "Net", "Wire"], swiftSettings: swiftSettings),
        .target(name: "XML", dependencies: ["CExpat"], swiftSettings: swiftSettings),
        .target(
            name: "Policy", dependencies: ["Net", "Wire", "Crypto", "XML"],
            exclude: [
                "ikev2.config.5", "ikev2.preshared.5", "ikev2d.conf.5", "kmf-policy.xml.5",
            ],
            swiftSettings: strictSettings),
        .target(
            name: "IPsec", dependencies: ["Net", "Wire", "Crypto"], swiftSettings: strictSettings),
        .target(
            name: "IPsecPolicy", dependencies: ["Net", "Wire", "Policy", "IPsec"],
            exclude: ["ipsecinit.conf.5"], swiftSettings: strictSettings),
        .target(
            name: "IKE", dependencies: ["Net", "Wire", "Crypto", "Policy", "IPsec"],
            swiftSettings: strictSettings),
        .target(
            name: "Reactor", dependencies: ["CLibevent", "CLinux", "Net"],
            swiftSettings: swiftSettings, linkerSettings: [.linkedLibrary("event_extra")]),
        .target(
            name: "Kernel", dependencies: ["CLinux", "Net", "Wire", "Crypto", "IPsec"],
            swiftSettings: swiftSettings),
        .target(
            name: "Keystore", dependencies: ["CLinux", "Crypto", "Net", "Wire"],
            swiftSettings: swiftSettings),
        .target(name: "Console", dependencies: ["CLinux"], swiftSettings: swiftSettings),
        .target(name: "Admin", dependencies: ["CLinux", "Net"], swiftSettings: strictSettings),
        .target(
            name: "Token", dependencies: ["CCryptoki", "Crypto"], swiftSettings: swiftSettings),
        .target(
            name: "Daemon",
            dependencies: [
                "Admin", "Console", "IKE", "IPsec", "IPsecPolicy", "Net", "Wire", "Policy",
                "Crypto", "Keystore",
                "Reactor",
                "Kernel", "Token", "CLinux", "CLibevent", "COpenSSL",
            ],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "ikev2d", dependencies: ["Daemon"], exclude: ["in.ikev2d.8"],
            linkerSettings: programLinking),

        .target(
            name: "AdminTool", dependencies: ["Admin", "Console", "Net", "Reactor", "CLinux"],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "ikeadm", dependencies: ["AdminTool"], exclude: ["ikeadm.8"],
            linkerSettings: programLinking),

        .target(
            name: "PolicyTool", dependencies: ["CLinux", "Console", "Policy"],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "kmfcfg", dependencies: ["PolicyTool"], exclude: ["kmfcfg.1"],
            linkerSettings: programLinking),

        .target(
            name: "CertificateTool",
            dependencies: [
                "Console", "Daemon", "Policy", "Crypto", "Keystore", "Token", "Net", "CLinux",
                "COpenSSL",
            ],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "ikev2cert", dependencies: ["CertificateTool"], exclude: ["ikev2cert.8"],
            linkerSettings: programLinking),

        .target(
            name: "IPsecPolicyTool",
            dependencies: [
                "CLinux", "Console", "Daemon", "IPsec", "IPsecPolicy", "Kernel", "Net", "Policy",
            ],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "ipsecconf", dependencies: ["IPsecPolicyTool"], exclude: ["ipsecconf.8"],
            linkerSettings: programLinking),

        // Measures; never installed. contrib/bench runs it.
        .target(name: "CAllocations", path: "Tests/Bench/CAllocations"),
        .systemLibrary(name: "CNamespaces", path: "Tests/Bench/CNamespaces"),
        .executableTarget(
            name: "ikebench",
            dependencies: [
                "CAllocations", "CNamespaces", "COpenSSL", "Crypto", "IKE", "IPsec", "Keystore",
                "Net", "Policy", "Reactor", "Wire",
            ],
            path: "Tests/Bench/ikebench"),

        .testTarget(name: "NetTests", dependencies: ["Net"]),
        .testTarget(name: "AdminTests", dependencies: ["Admin"]),
        .testTarget(name: "WireTests", dependencies: ["Wire"]),
        .testTarget(name: "CryptoTests", dependencies: ["Crypto"], exclude: ["Vectors"]),
        .testTarget(name: "TokenTests", dependencies: ["Token", "CLinux"]),
        .testTarget(name: "KeystoreTests", dependencies: ["Keystore"], exclude: ["Fixtures"]),
        .testTarget(name: "XMLTests", dependencies: ["XML"]),
        .testTarget(name: "PolicyTests", dependencies: ["Policy"]),
        .testTarget(name: "PolicyToolTests", dependencies: ["PolicyTool"]),
        .testTarget(name: "IPsecTests", dependencies: ["IPsec"]),
        .testTarget(name: "IPsecPolicyTests", dependencies: ["IPsecPolicy"]),
        .testTarget(
            name: "IPsecPolicyToolTests", dependencies: ["IPsecPolicyTool", "ipsecconf"]),
        .testTarget(name: "IKETests", dependencies: ["IKE", "CLinux"]),
        .testTarget(name: "ReactorTests", dependencies: ["Reactor", "CLinux"]),
        .testTarget(name: "KernelTests", dependencies: ["Kernel", "CLinux"]),
        .testTarget(name: "DaemonTests", dependencies: ["Daemon", "ikev2d", "ikeadm"]),
        .testTarget(
            name: "CertificateToolTests",
            dependencies: ["CertificateTool", "Crypto", "ikev2cert", "ikev2d"]),
    ],
    swiftLanguageModes: [.v6]
)
