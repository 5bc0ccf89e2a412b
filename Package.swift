// swift-tools-version: 6.2
import PackageDescription

/// `make fuzz` compiles the parsers for libFuzzer, in a build folder of its own.
let isFuzzing = Context.environment["VALIDATOR_FUZZ"] != nil
let coverage: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"])] : []
let cxxCoverage: [CXXSetting] = isFuzzing ? [.unsafeFlags(["-fsanitize=fuzzer-no-link"])] : []

let pure: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)] + coverage
/// The daemon's state has one thread, and the compiler proves it.
let mainActor = pure + [.defaultIsolation(MainActor.self)]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")

// MARK: C libraries: a module map and, where their interface has macros or variadics, small inline functions

let shims: [Target] = [
    .systemLibrary(name: "CALSA", path: "CShims/CALSA"),
    .systemLibrary(name: "CCrypto", path: "CShims/CCrypto"),
    .systemLibrary(name: "CCurl", path: "CShims/CCurl"),
    .systemLibrary(name: "CGPS", path: "CShims/CGPS"),
    .systemLibrary(name: "CLinux", path: "CShims/CLinux"),
    .systemLibrary(name: "COpenSSL", path: "CShims/COpenSSL"),
    .systemLibrary(name: "CPostgreSQL", path: "CShims/CPostgreSQL"),
    .systemLibrary(name: "CSerialPort", path: "CShims/CSerialPort"),
    .systemLibrary(name: "CSQLite", path: "CShims/CSQLite"),
    .systemLibrary(name: "CWslay", path: "CShims/CWslay"),
    .systemLibrary(name: "CXlsxWriter", path: "CShims/CXlsxWriter"),
    .systemLibrary(name: "CZlib", path: "CShims/CZlib"),
    .target(name: "CToml", path: "CShims/CToml", cxxSettings: [.treatAllWarnings(as: .error)] + cxxCoverage),
]

/// A library of one wing, in the folder that bears its name. What it may import is what stands here, and nothing else.
func library(
    _ name: String, in wing: String, _ dependencies: [Target.Dependency] = [], _ settings: [SwiftSetting] = pure
) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(wing)/\(name)", swiftSettings: settings)
}

/// A program of one wing.
func program(_ name: String, in wing: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: "Sources/\(wing)/\(name)", swiftSettings: settings)
}

// MARK: Common: what box, hub and rig share; each library imports those above it only

let common: [Target] = [
    library("Base", in: "Common"),
    library("Gzip", in: "Common", ["CZlib"]),
    library("JSON", in: "Common"),
    library("Fares", in: "Common", ["Base"]),
    library("TomlConfiguration", in: "Common", ["Base", "CToml", "Fares"]),
    library("Cryptography", in: "Common", ["Base", "CCrypto", "Fares", "JSON"]),
    library("PlatformAPI", in: "Common", ["Base", "Fares", "JSON"]),
    library("SQLite", in: "Common", ["CSQLite"]),
    library("OperatingSystem", in: "Common", ["Base", "CLinux"]),
    library("Kernel", in: "Common", ["Base", "CLinux", "OperatingSystem"], mainActor),
    library("Transport", in: "Common", ["Base", "CCurl", "Kernel", "PlatformAPI", "OperatingSystem"], mainActor),
    library("WebSocket", in: "Common", ["Base", "CLinux", "COpenSSL", "CWslay", "JSON", "Kernel", "OperatingSystem"]),
    library("ReadEvents", in: "Common", ["Base", "JSON"]),
    library("RecordFiles", in: "Common", ["Base", "Fares", "JSON"]),
    library("ControlProtocol", in: "Common", ["Base", "Fares", "JSON"]),
]

// MARK: Box: the validator on the bus

let box: [Target] = [
    library("ValidatorCore", in: "Box", ["Base", "Fares", "PlatformAPI", "ReadEvents"]),
    library("Storage", in: "Box", ["Base", "CSQLite", "Fares", "RecordFiles", "SQLite", "ValidatorCore"]),
    library(
        "BoxEngine", in: "Box",
        ["Base", "Fares", "PlatformAPI", "ReadEvents", "RecordFiles", "SQLite", "Storage", "ValidatorCore"]),
    library("HIDDescriptor", in: "Box"),
    library("ReaderDrivers", in: "Box", ["Base"]),
    library("ScannerDecoders", in: "Box", ["Base", "HIDDescriptor"]),
    library(
        "Hardware", in: "Box",
        [
            "Base", "CALSA", "CGPS", "CLinux", "CSerialPort", "Kernel", "OperatingSystem", "ReaderDrivers", "ScannerDecoders",
            "ValidatorCore",
        ]),
    library("DeviceDiscovery", in: "Box", ["HIDDescriptor", "ReaderDrivers", "ScannerDecoders"]),
    library("ReadEventServing", in: "Box", ["Base", "Kernel", "ReadEvents", "OperatingSystem", "WebSocket"]),
    library(
        "BoxConfiguration", in: "Box",
        [
            "Base", "ControlProtocol", "Cryptography", "Fares", "Hardware", "PlatformAPI", "ReaderDrivers", "ReadEventServing",
            "ReadEvents",
            "ScannerDecoders", "TomlConfiguration", "ValidatorCore", "WebSocket", logging,
        ]),
    program(
        "validatord", in: "Box",
        [
            "Base", "BoxConfiguration", "BoxEngine", "CLinux", "ControlProtocol", "Cryptography", "Fares", "Hardware", "JSON",
            "Kernel", "PlatformAPI", "ReadEvents", "ReadEventServing", "RecordFiles",
            "SQLite", "Storage", "OperatingSystem", "TomlConfiguration", "Transport", "ValidatorCore", logging,
        ], mainActor),
    program(
        "validatorctl", in: "Box",
        [
            "Base", "CLinux", "ControlProtocol", "Cryptography", "DeviceDiscovery", "Fares", "JSON", "OperatingSystem",
            "Kernel", "PlatformAPI", "RecordFiles", "TomlConfiguration", "Transport", argumentParser,
        ], pure),
]

// MARK: Hub: the back office

let hub: [Target] = [
    library("BlockingWork", in: "Hub"),
    library("PostgreSQL", in: "Hub", ["Base", "BlockingWork", "CPostgreSQL"]),
    library("HubDomain", in: "Hub", ["Base", "Cryptography", "Fares", "PlatformAPI", "RecordFiles"]),
    library("HubFiles", in: "Hub", ["Base", "CXlsxWriter", "HubDomain", "JSON", "OperatingSystem"]),
    library("HubMetrics", in: "Hub", ["Base"]),
    library("HTTPProbe", in: "Hub", ["CCurl"]),
    library("HubStore", in: "Hub", ["Base", "Fares", "HubDomain", "PlatformAPI"]),
    library("HubStoreSQLite", in: "Hub", ["Base", "BlockingWork", "Fares", "HubDomain", "HubStore", "PlatformAPI", "SQLite"]),
    library(
        "HubStorePostgreSQL", in: "Hub", ["Base", "Fares", "HubDomain", "HubStore", "PlatformAPI", "PostgreSQL"]),
    // What the hub does, for whatever store and whoever asks.
    library(
        "HubServices", in: "Hub", ["Base", "Cryptography", "Fares", "HubDomain", "HubStore", "JSON", "PlatformAPI", logging]),
    // What the hub sends to the platform in front of which it stands, and what it fetches there.
    library(
        "HubUpstream", in: "Hub",
        [
            "Base", "Fares", "HubDomain", "HubMetrics", "HubServices", "HubStore", "JSON", "Kernel", "OperatingSystem",
            "PlatformAPI", "Transport", logging,
        ]),
    library(
        "HubDeviceAPI", in: "Hub",
        [
            "Base", "Fares", "Gzip", "HubDomain", "HubMetrics", "HubServices", "HubStore", "JSON", "OperatingSystem",
            "PlatformAPI", hummingbird, logging,
        ]),
    program(
        "validator-hub", in: "Hub",
        [
            "Base", "Cryptography", "Fares", "HTTPProbe", "HubDeviceAPI", "HubDomain", "HubFiles", "HubMetrics",
            "HubServices", "HubStore", "HubStorePostgreSQL", "HubStoreSQLite", "HubUpstream", "JSON", "PlatformAPI",
            "OperatingSystem", "PostgreSQL", "TomlConfiguration", argumentParser, hummingbird, logging,
        ], pure),
]

// MARK: Rig: a bus on the desk, for demonstrations, tests and benchmarks

let rig: [Target] = [
    library("ReaderEmulators", in: "Rig", ["Base", "ReaderDrivers", "ScannerDecoders"]),
    program(
        "validator-rig", in: "Rig",
        [
            "Base", "CLinux", "Fares", "JSON", "Kernel", "OperatingSystem", "PlatformAPI", "ReaderDrivers", "ReaderEmulators",
            "ScannerDecoders", "Transport", argumentParser,
        ], pure),
]

// MARK: Tests

func suite(
    _ name: String, _ dependencies: [Target.Dependency], path: String? = nil, exclude: [String] = [],
    _ settings: [SwiftSetting] = pure
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], path: path ?? "Tests/\(name)", exclude: exclude,
        swiftSettings: settings)
}

let tests: [Target] = [
    // What several suites need: folders, sockets, ports, seeds, patience.
    .target(
        name: "TestSupport", dependencies: ["Base", "Cryptography", "Fares"], path: "Tests/TestSupport", swiftSettings: pure),
    // What loosely written platforms answer, and what must follow: a table, and its reader.
    .target(name: "LooseReplies", path: "Tests/LooseReplies", exclude: ["replies.txt"], swiftSettings: pure),
    // A SQLite file system that forgets, at a power cut, what was not synced.
    .target(
        name: "CCrashVFS", path: "Tests/CCrashVFS", cSettings: [.treatAllWarnings(as: .error)],
        linkerSettings: [.linkedLibrary("sqlite3")]),
    // A PostgreSQL server of a test's own, from Debian's packages.
    .target(
        name: "PostgreSQLServer", dependencies: ["PostgreSQL", "TestSupport"], path: "Tests/PostgreSQLServer", swiftSettings: pure
    ),
    // A bad link between a box and its platform.
    .target(
        name: "FaultProxy", dependencies: ["Base", "OperatingSystem"], path: "Tests/FaultProxy", swiftSettings: pure),
    // What the Autobahn cases are run against.
    .executableTarget(
        name: "websocket-echo", dependencies: ["Kernel", "OperatingSystem", "WebSocket"], path: "Tests/EchoServer",
        exclude: ["kosoku.sh"],
        swiftSettings: mainActor),

    suite("BaseTests", ["Base"]),
    suite("JSONTests", ["Base", "JSON"]),
    suite("FaresTests", ["Base", "Cryptography", "Fares"], exclude: ["Transport/vectors.json"]),
    suite("TomlConfigurationTests", ["TomlConfiguration"]),
    suite("CryptographyTests", ["Base", "Cryptography"]),
    suite("PlatformAPITests", ["Base", "Fares", "JSON", "PlatformAPI"]),
    suite("KernelTests", ["Base", "CLinux", "Kernel", "OperatingSystem"], mainActor),
    suite(
        "TransportTests", ["Base", "Fares", "FaultProxy", "Kernel", "PlatformAPI", "OperatingSystem", "Transport"],
        exclude: ["server.py"]),
    suite("WebSocketTests", ["Base", "Kernel", "OperatingSystem", "WebSocket", "websocket-echo"], mainActor),
    suite("ReadEventsTests", ["Base", "JSON", "ReadEvents"]),
    suite("RecordFilesTests", ["Base", "Fares", "JSON", "RecordFiles"]),
    suite("ControlProtocolTests", ["Base", "ControlProtocol", "Cryptography", "Fares", "JSON"]),

    suite("ValidatorCoreTests", ["Base", "Cryptography", "Fares", "PlatformAPI", "ReadEvents", "ValidatorCore"]),
    suite("StorageTests", ["Base", "CCrashVFS", "Fares", "RecordFiles", "SQLite", "Storage", "ValidatorCore"]),
    suite("ReaderDriversTests", ["Base", "ReaderDrivers", "ReaderEmulators"]),
    suite("ScannerDecodersTests", ["Base", "CLinux", "HIDDescriptor", "ScannerDecoders"]),
    suite(
        "HardwareTests",
        [
            "Base", "CALSA", "CGPS", "Cryptography", "Fares", "FaultProxy", "Hardware", "Kernel", "OperatingSystem",
            "PlatformAPI", "ReaderDrivers", "ReaderEmulators", "ScannerDecoders", "ValidatorCore",
        ], exclude: ["Receiver/Recordings"], mainActor),
    suite(
        "BoxEngineTests",
        [
            "Base", "BoxEngine", "Cryptography", "Fares", "JSON", "LooseReplies", "OperatingSystem", "PlatformAPI", "ReadEvents",
            "RecordFiles",
            "SQLite", "Storage", "Transport", "ValidatorCore",
        ]),
    suite("DeviceDiscoveryTests", ["DeviceDiscovery"]),
    suite(
        "ControlTests",
        [
            "Base", "BoxConfiguration", "CLinux", "ControlProtocol", "Cryptography", "DeviceDiscovery", "Fares", "Hardware",
            "JSON", "Kernel", "OperatingSystem", "ReadEventServing", "ReadEvents", "RecordFiles", "Storage", "TomlConfiguration",
            "ValidatorCore", "WebSocket", "validatorctl", "validatord",
            logging,
        ], mainActor),
    // Whole boxes under seeded faults: what `make simulate` runs, and a test suite over it.
    .target(
        name: "Simulator",
        dependencies: [
            "Base", "BoxEngine", "CCrashVFS", "Cryptography", "Fares", "PlatformAPI", "ReadEvents", "RecordFiles", "SQLite",
            "Storage",
            "ValidatorCore",
        ],
        path: "Tests/Simulation/Simulator", swiftSettings: pure),
    .executableTarget(
        name: "validator-simulate", dependencies: ["Simulator"], path: "Tests/Simulation/Program", swiftSettings: pure),
    suite("SimulationTests", ["Base", "Fares", "Simulator", "ValidatorCore"], path: "Tests/Simulation/Suite"),

    suite("PostgreSQLTests", ["PostgreSQL", "PostgreSQLServer"]),
    // What is true of every store of the hub: each implementation's suite runs it.
    .target(
        name: "HubStoreContract", dependencies: ["Base", "Fares", "HubDomain", "HubStore", "PlatformAPI"],
        path: "Tests/HubStoreContract", swiftSettings: pure),
    suite(
        "HubUpstreamTests",
        [
            "Base", "Fares", "HubDomain", "HubMetrics", "HubServices", "HubStore", "HubUpstream", "JSON", "OperatingSystem",
            "PlatformAPI", hummingbird, logging,
        ]),
    suite("HubStoreTests", ["Base", "Fares", "HubDomain", "HubStore", "HubStoreContract", "HubStoreSQLite"]),
    suite(
        "HubStorePostgreSQLTests",
        ["Base", "Fares", "HubDomain", "HubStore", "HubStoreContract", "HubStorePostgreSQL", "PostgreSQL", "PostgreSQLServer"]),
    suite(
        "HubTests",
        [
            "Base", "Cryptography", "Fares", "Gzip", "HTTPProbe", "HubDeviceAPI", "HubDomain", "HubFiles", "HubMetrics",
            "HubServices", "HubStore", "HubStoreSQLite", "JSON", "PlatformAPI", "OperatingSystem", "PostgreSQLServer", "SQLite",
            "TomlConfiguration",
            "validator-hub",
            argumentParser,
            logging,
        ]),
    suite(
        "RigTests",
        [
            "Base", "Fares", "FaultProxy", "JSON", "OperatingSystem", "PlatformAPI", "ReaderDrivers", "ReaderEmulators",
            "ScannerDecoders", "validator-hub", "validator-rig",
        ]),
    suite(
        "IntegrationTests",
        [
            "Base", "CLinux", "Cryptography", "Fares", "FaultProxy", "JSON", "LooseReplies", "ReaderEmulators", "Storage",
            "OperatingSystem", "PostgreSQLServer",
            "ValidatorCore",
            "validator-hub", "validator-rig", "validatorctl", "validatord",
        ],
        path: "Tests/Integration",
        exclude: ["Memory/crowd.py"]
            + ["LibraryClient.sh", "LibraryClient.py", "RawClient.py"].map { "ReadEvents/ReadEvent\($0)" }),
    // The least that the hub's two costs can be: Hummingbird alone, and SQLite alone.
    .executableTarget(
        name: "hub-probe", dependencies: ["Base", "Fares", "PlatformAPI", "SQLite", hummingbird, logging],
        path: "Tests/HubBenchmark/Probe", swiftSettings: [.treatAllWarnings(as: .error)]),
    // The fuzz targets' corpus, replayed.
    suite("FuzzTests", ["FuzzTargets"], path: "Tests/Fuzz/CorpusTests", mainActor),
    .executableTarget(
        name: "validator-benchmarks",
        dependencies: [
            "Base", "CCrypto", "CCurl", "CLinux", "Cryptography", "Fares", "FaultProxy", "Hardware", "Kernel", "PlatformAPI",
            "ReadEventServing",
            "ReadEvents", "ReaderDrivers", "ReaderEmulators", "SQLite", "Storage", "OperatingSystem", "ValidatorCore",
            "WebSocket",
        ],
        path: "Tests/Benchmarks",
        swiftSettings: [.treatAllWarnings(as: .error)]),
]

// MARK: Fuzzing: parsers with what must be true of them, for `make test` and for libFuzzer

let fuzzTargets = Target.target(
    name: "FuzzTargets",
    dependencies: [
        "Base", "BoxConfiguration", "BoxEngine", "CLinux", "ControlProtocol", "Cryptography", "Fares", "Hardware",
        "HIDDescriptor", "HubDomain", "JSON", "OperatingSystem", "PlatformAPI", "ReaderDrivers", "ReaderEmulators", "ReadEvents",
        "RecordFiles", "ScannerDecoders", "Storage",
        "TomlConfiguration", "ValidatorCore", "WebSocket", "validatorctl", "validatord",
    ],
    path: "Tests/Fuzz/Targets", swiftSettings: mainActor)

let sources = shims + common + box + hub + rig
let programs = sources.filter { $0.type == .executable }

/// libFuzzer's program links libraries only, so what it reads of a program is one here.
let fuzzing: [Target] = [
    .systemLibrary(name: "CFuzzer", path: "CShims/CFuzzer"),
    .target(
        name: "validatord", dependencies: programs.first { $0.name == "validatord" }?.dependencies ?? [],
        path: "Sources/Box/validatord", exclude: ["main.swift"], swiftSettings: mainActor),
    .target(
        name: "validatorctl", dependencies: ["Base"], path: "Sources/Box/validatorctl/Report", sources: ["Redaction.swift"],
        swiftSettings: pure),
    .executableTarget(
        name: "validator-fuzz", dependencies: ["CFuzzer", "FuzzTargets"], path: "Tests/Fuzz/Program", swiftSettings: mainActor,
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
]

let package = Package(
    name: "validator",
    products: isFuzzing ? [] : programs.map { .executable(name: $0.name, targets: [$0.name]) },
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        // No traits: swift-configuration, which one would bring, is of no use here.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0", traits: []),
    ],
    targets: isFuzzing ? sources.filter { $0.type != .executable } + [fuzzTargets] + fuzzing : sources + [fuzzTargets] + tests,
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
