// swift-tools-version: 6.2
// The fuzz program has a manifest of its own: every module is compiled for libFuzzer, and ordinary builds know nothing of it.
import PackageDescription

let coverage: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"])]
let pure: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)] + coverage
let mainActor = pure + [.defaultIsolation(MainActor.self)]

let package = Package(
    name: "validator-fuzz",
    dependencies: [.package(url: "https://github.com/apple/swift-log", from: "1.16.0")],
    targets: [
        .systemLibrary(name: "CALSA", path: "CShims/CALSA"),
        .systemLibrary(name: "CCrypto", path: "CShims/CCrypto"),
        .systemLibrary(name: "CCurl", path: "CShims/CCurl"),
        .systemLibrary(name: "CFuzzer", path: "CFuzzer"),
        .systemLibrary(name: "CGPS", path: "CShims/CGPS"),
        .systemLibrary(name: "CLinux", path: "CShims/CLinux"),
        .systemLibrary(name: "COpenSSL", path: "CShims/COpenSSL"),
        .systemLibrary(name: "CSerialPort", path: "CShims/CSerialPort"),
        .systemLibrary(name: "CSQLite", path: "CShims/CSQLite"),
        .systemLibrary(name: "CWslay", path: "CShims/CWslay"),
        .target(name: "CToml", path: "CShims/CToml", cxxSettings: [.unsafeFlags(["-fsanitize=fuzzer-no-link"])]),

        .target(name: "ValidatorCore", path: "Sources/Box/ValidatorCore", swiftSettings: pure),
        .target(name: "JSON", path: "Sources/Common/JSON", swiftSettings: pure),
        .target(
            name: "TomlConfiguration", dependencies: ["CToml"], path: "Sources/Common/TomlConfiguration", swiftSettings: pure),
        .target(
            name: "Cryptography", dependencies: ["CCrypto", "ValidatorCore"], path: "Sources/Common/Cryptography",
            swiftSettings: pure),
        .target(
            name: "PlatformAPI", dependencies: ["JSON", "ValidatorCore"], path: "Sources/Common/PlatformAPI", swiftSettings: pure),
        .target(name: "Storage", dependencies: ["CSQLite", "ValidatorCore"], path: "Sources/Box/Storage", swiftSettings: pure),
        .target(
            name: "Kernel", dependencies: ["CLinux", "ValidatorCore"], path: "Sources/Common/Kernel", swiftSettings: mainActor),
        .target(name: "HIDDescriptor", path: "Sources/Box/HIDDescriptor", swiftSettings: pure),
        .target(
            name: "Hardware",
            dependencies: ["CALSA", "CGPS", "CLinux", "CSerialPort", "HIDDescriptor", "Kernel", "ValidatorCore"],
            path: "Sources/Box/Hardware",
            swiftSettings: mainActor),
        .target(
            name: "ReaderEmulators", dependencies: ["Hardware", "ValidatorCore"], path: "Sources/Rig/ReaderEmulators",
            swiftSettings: mainActor),
        .target(
            name: "WebSocket", dependencies: ["CLinux", "COpenSSL", "CWslay", "JSON", "Kernel", "ValidatorCore"],
            path: "Sources/Common/WebSocket",
            swiftSettings: mainActor),
        .target(
            name: "ReadEvents", dependencies: ["JSON", "ValidatorCore"], path: "Sources/Common/ReadEvents", swiftSettings: pure),
        .target(
            name: "ReadEventServing", dependencies: ["Kernel", "ReadEvents", "ValidatorCore", "WebSocket"],
            path: "Sources/Box/ReadEventServing",
            swiftSettings: mainActor),
        .target(
            name: "Transport", dependencies: ["CCurl", "Kernel", "PlatformAPI", "ValidatorCore"],
            path: "Sources/Common/Transport", swiftSettings: mainActor),
        // Without its entry point: it is a library here.
        .target(
            name: "validatord",
            dependencies: [
                "CLinux", "TomlConfiguration", "Cryptography", "Hardware", "JSON", "Kernel", "PlatformAPI", "ReadEventServing",
                "ReadEvents", "Storage", "Transport", "ValidatorCore", "WebSocket",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Sources/Box/validatord", exclude: ["main.swift"], swiftSettings: mainActor),
        // Only what hides secrets.
        .target(name: "validatorctl", path: "Redaction", swiftSettings: pure),
        // Only what reads files of others.
        .target(
            name: "validator_hub", dependencies: ["JSON", "PlatformAPI", "ValidatorCore"],
            path: "Sources/Hub/validator-hub/Rules",
            exclude: ["DailyWindow.swift", "DeviceSettings.swift", "ReturnCode.swift"], swiftSettings: pure),

        .executableTarget(
            name: "validator-fuzz",
            dependencies: [
                "CFuzzer", "CLinux", "Cryptography", "HIDDescriptor", "Hardware", "JSON", "Kernel", "PlatformAPI", "ReadEvents",
                "ReaderEmulators", "Storage", "TomlConfiguration", "ValidatorCore", "WebSocket", "validator_hub", "validatorctl",
                "validatord",
            ],
            path: "Targets", exclude: ["CorpusTests.swift"], swiftSettings: mainActor,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
