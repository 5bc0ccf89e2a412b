// swift-tools-version: 6.2
// The fuzz program has a manifest of its own: every module is compiled for libFuzzer, and ordinary builds know nothing of it.
import PackageDescription

let coverage: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"])]
let pure: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)] + coverage
let mainActor = pure + [.defaultIsolation(MainActor.self)]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// A library of one wing, as the project's own manifest has it.
func library(
    _ name: String, in wing: String, _ dependencies: [Target.Dependency] = [], _ settings: [SwiftSetting] = pure,
    exclude: [String] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(wing)/\(name)", exclude: exclude, swiftSettings: settings)
}

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

        library("Base", in: "Common"),
        library("JSON", in: "Common"),
        library("TomlConfiguration", in: "Common", ["Base", "CToml"]),
        library("Fares", in: "Common", ["Base"]),
        library("Cryptography", in: "Common", ["Base", "CCrypto", "Fares"]),
        library("PlatformAPI", in: "Common", ["Base", "Fares", "JSON"]),
        library("SQLite", in: "Common", ["CSQLite"]),
        library("OperatingSystem", in: "Common", ["Base", "CLinux"]),
        library("Kernel", in: "Common", ["Base", "CLinux", "OperatingSystem"], mainActor),
        library("Transport", in: "Common", ["Base", "CCurl", "Kernel", "PlatformAPI", "OperatingSystem"], mainActor),
        library("WebSocket", in: "Common", ["Base", "CLinux", "COpenSSL", "CWslay", "JSON", "Kernel", "OperatingSystem"]),
        library("ReadEvents", in: "Common", ["Base", "JSON"]),
        library("RecordFiles", in: "Common", ["Base", "Fares", "JSON"]),
        library("ControlProtocol", in: "Common", ["Base", "Fares", "JSON"]),

        library("ValidatorCore", in: "Box", ["Base", "Fares", "PlatformAPI", "ReadEvents"]),
        library("Storage", in: "Box", ["Base", "CSQLite", "Fares", "PlatformAPI", "RecordFiles", "SQLite", "ValidatorCore"]),
        library(
            "BoxEngine", in: "Box", ["Base", "Fares", "PlatformAPI", "ReadEvents", "SQLite", "Storage", "ValidatorCore"]),
        library("HIDDescriptor", in: "Box"),
        library("ReaderDrivers", in: "Box", ["Base"]),
        library("ScannerDecoders", in: "Box", ["Base", "HIDDescriptor"]),
        library(
            "Hardware", in: "Box",
            [
                "Base", "CALSA", "CGPS", "CLinux", "CSerialPort", "Kernel", "OperatingSystem", "ReaderDrivers", "ScannerDecoders",
                "ValidatorCore",
            ]),
        library("ReadEventServing", in: "Box", ["Base", "Kernel", "ReadEvents", "OperatingSystem", "WebSocket"]),
        library(
            "BoxConfiguration", in: "Box",
            [
                "Base", "ControlProtocol", "Fares", "Hardware", "PlatformAPI", "ReaderDrivers", "ReadEventServing", "ReadEvents",
                "ScannerDecoders", "TomlConfiguration", "ValidatorCore", "WebSocket", logging,
            ]),
        // Without its entry point: it is a library here.
        library(
            "validatord", in: "Box",
            [
                "Base", "BoxConfiguration", "BoxEngine", "CLinux", "ControlProtocol", "Cryptography", "Fares", "Hardware", "JSON",
                "Kernel", "PlatformAPI", "ReaderDrivers", "ReadEventServing", "ReadEvents", "RecordFiles", "ScannerDecoders",
                "SQLite",
                "Storage", "OperatingSystem", "TomlConfiguration", "Transport", "ValidatorCore", "WebSocket", logging,
            ], mainActor, exclude: ["main.swift"]),
        // Only what hides secrets.
        .target(name: "validatorctl", dependencies: ["Base"], path: "Redaction", swiftSettings: pure),
        library("HubDomain", in: "Hub", ["Base", "Fares", "JSON", "PlatformAPI", "RecordFiles"]),
        library("ReaderEmulators", in: "Rig", ["Base", "ReaderDrivers", "ScannerDecoders"]),

        .executableTarget(
            name: "validator-fuzz",
            dependencies: [
                "Base", "BoxConfiguration", "CFuzzer", "CLinux", "ControlProtocol", "Cryptography", "Fares", "HIDDescriptor",
                "Hardware", "HubDomain", "JSON", "Kernel", "OperatingSystem", "PlatformAPI", "ReaderDrivers", "ReaderEmulators",
                "ReadEvents", "ScannerDecoders", "Storage", "TomlConfiguration", "ValidatorCore", "WebSocket", "validatorctl",
                "validatord",
            ],
            path: "Targets", exclude: ["CorpusTests.swift"], swiftSettings: mainActor,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
