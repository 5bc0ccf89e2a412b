// swift-tools-version: 6.2
import PackageDescription

let pure: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]
/// The daemon's state has one thread, and the compiler proves it.
let mainActor = pure + [.defaultIsolation(MainActor.self)]

let package = Package(
    name: "validator",
    products: [
        .executable(name: "validatord", targets: ["validatord"]),
        .executable(name: "validatorctl", targets: ["validatorctl"]),
        .executable(name: "validator-hub", targets: ["validator-hub"]),
        .executable(name: "validator-rig", targets: ["validator-rig"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        // No traits: swift-configuration, which one would bring, is of no use here.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CALSA", path: "CShims/CALSA"),
        .systemLibrary(name: "CCrypto", path: "CShims/CCrypto"),
        .systemLibrary(name: "CCurl", path: "CShims/CCurl"),
        .systemLibrary(name: "CGPS", path: "CShims/CGPS"),
        .systemLibrary(name: "CLinux", path: "CShims/CLinux"),
        .systemLibrary(name: "COpenSSL", path: "CShims/COpenSSL"),
        .systemLibrary(name: "CSerialPort", path: "CShims/CSerialPort"),
        .systemLibrary(name: "CSQLite", path: "CShims/CSQLite"),
        .systemLibrary(name: "CWslay", path: "CShims/CWslay"),
        .target(name: "CToml", path: "CShims/CToml", cxxSettings: [.treatAllWarnings(as: .error)]),

        .target(name: "ValidatorCore", swiftSettings: pure),
        .target(name: "JSON", swiftSettings: pure),
        .target(name: "TomlConfiguration", dependencies: ["CToml"], swiftSettings: pure),
        .target(name: "Cryptography", dependencies: ["CCrypto", "ValidatorCore"], swiftSettings: pure),
        .target(name: "PlatformAPI", dependencies: ["JSON", "ValidatorCore"], swiftSettings: pure),
        .target(name: "Storage", dependencies: ["CSQLite", "ValidatorCore"], swiftSettings: pure),
        .target(name: "Kernel", dependencies: ["CLinux", "ValidatorCore"], swiftSettings: mainActor),
        .target(
            name: "Hardware",
            dependencies: ["CALSA", "CGPS", "CLinux", "CSerialPort", "HIDDescriptor", "Kernel", "ValidatorCore"],
            swiftSettings: mainActor),
        // Stand-ins for readers, which the daemon does not carry.
        .target(name: "ReaderEmulators", dependencies: ["Hardware", "ValidatorCore"], swiftSettings: mainActor),
        .target(name: "Transport", dependencies: ["CCurl", "Kernel", "PlatformAPI", "ValidatorCore"], swiftSettings: mainActor),

        .target(
            name: "WebSocket", dependencies: ["CLinux", "COpenSSL", "CWslay", "JSON", "Kernel", "ValidatorCore"],
            swiftSettings: mainActor),
        .target(name: "ReadEvents", dependencies: ["JSON", "ValidatorCore"], swiftSettings: pure),
        .target(
            name: "ReadEventServing", dependencies: ["Kernel", "ReadEvents", "ValidatorCore", "WebSocket"],
            swiftSettings: mainActor),
        .target(name: "HIDDescriptor", swiftSettings: pure),
        .target(name: "DeviceDiscovery", dependencies: ["HIDDescriptor"], swiftSettings: pure),

        .executableTarget(
            name: "validatord",
            dependencies: [
                "CLinux", "TomlConfiguration", "Cryptography", "Hardware", "JSON", "Kernel", "PlatformAPI", "ReadEventServing",
                "ReadEvents", "Storage", "Transport", "ValidatorCore", "WebSocket",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: mainActor),
        .executableTarget(
            name: "validatorctl",
            dependencies: [
                "CLinux", "Cryptography", "DeviceDiscovery", "JSON", "ValidatorCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: pure),
        .executableTarget(
            name: "validator-hub",
            dependencies: [
                "TomlConfiguration", "Cryptography", "JSON", "Kernel", "PlatformAPI", "Storage", "ValidatorCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: pure),
        .executableTarget(
            name: "validator-rig",
            dependencies: [
                "Hardware", "JSON", "Kernel", "ReaderEmulators", "ValidatorCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: mainActor),

        // A SQLite file system that forgets, at a power cut, what was not synced.
        .target(
            name: "CCrashVFS", path: "Tests/CCrashVFS", cSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("sqlite3")]),
        .testTarget(name: "ValidatorCoreTests", dependencies: ["Cryptography", "ValidatorCore"], swiftSettings: pure),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: pure),
        .testTarget(name: "TomlConfigurationTests", dependencies: ["TomlConfiguration"], swiftSettings: pure),
        .testTarget(name: "CryptographyTests", dependencies: ["Cryptography"], swiftSettings: pure),
        .testTarget(name: "PlatformAPITests", dependencies: ["JSON", "PlatformAPI", "ValidatorCore"], swiftSettings: pure),
        .testTarget(name: "StorageTests", dependencies: ["CCrashVFS", "Storage", "ValidatorCore"], swiftSettings: pure),
        .testTarget(name: "KernelTests", dependencies: ["CLinux", "Kernel", "ValidatorCore"], swiftSettings: mainActor),
        .testTarget(
            name: "HardwareTests",
            dependencies: ["CALSA", "CGPS", "CLinux", "Hardware", "HIDDescriptor", "Kernel", "ReaderEmulators", "ValidatorCore"],
            swiftSettings: mainActor),
        .testTarget(
            name: "TransportTests", dependencies: ["Kernel", "PlatformAPI", "Transport", "ValidatorCore"], exclude: ["server.py"],
            swiftSettings: pure),
        .testTarget(
            name: "ControlTests",
            dependencies: [
                "CLinux", "DeviceDiscovery", "Hardware", "TomlConfiguration", "JSON", "Kernel", "ReadEventServing", "Storage",
                "ValidatorCore",
                "WebSocket", "validatorctl", "validatord",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: mainActor),
        .testTarget(
            name: "HubTests",
            dependencies: [
                "JSON", "Kernel", "PlatformAPI", "TomlConfiguration", "ValidatorCore", "validator-hub",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: pure),
        .testTarget(
            name: "RigTests", dependencies: ["Hardware", "Kernel", "ReaderEmulators", "ValidatorCore", "validator-rig"],
            swiftSettings: pure),
        .testTarget(name: "ReadEventsTests", dependencies: ["JSON", "ReadEvents", "ValidatorCore"], swiftSettings: pure),
        .testTarget(name: "DeviceDiscoveryTests", dependencies: ["DeviceDiscovery"], swiftSettings: pure),
        // What the Autobahn cases are run against.
        .executableTarget(
            name: "websocket-echo", dependencies: ["Kernel", "WebSocket"], path: "Tests/EchoServer", exclude: ["kosoku.sh"],
            swiftSettings: mainActor),
        .testTarget(
            name: "WebSocketTests", dependencies: ["CLinux", "Kernel", "ValidatorCore", "WebSocket", "websocket-echo"],
            swiftSettings: mainActor),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["CCrashVFS", "Cryptography", "Storage", "ValidatorCore"], path: "Tests/Simulation", swiftSettings: pure
        ),
        // A bad link between a box and its platform.
        .target(name: "FaultProxy", dependencies: ["Kernel", "ValidatorCore"], path: "Tests/FaultProxy", swiftSettings: pure),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "CLinux", "FaultProxy", "Hardware", "JSON", "Kernel", "Storage", "ValidatorCore", "validatord", "validatorctl",
                "validator-hub", "validator-rig",
            ],
            path: "Tests/Integration",
            exclude: ["ReadEventLibraryClient.sh", "ReadEventLibraryClient.py", "ReadEventRawClient.py"], swiftSettings: pure),
        // The fuzzing targets' corpus, replayed.
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "CLinux", "Cryptography", "HIDDescriptor", "Hardware", "JSON", "Kernel", "PlatformAPI", "ReadEvents",
                "ReaderEmulators", "Storage", "TomlConfiguration", "ValidatorCore", "WebSocket", "validator-hub", "validatorctl",
                "validatord",
            ],
            path: "Tests/Fuzz/Targets", exclude: ["Fuzz.swift"], swiftSettings: mainActor),
        .executableTarget(
            name: "validator-benchmarks",
            dependencies: [
                "CCurl", "CLinux", "Cryptography", "FaultProxy", "Hardware", "Kernel", "PlatformAPI", "ReadEventServing",
                "ReadEvents", "ReaderEmulators", "Storage", "ValidatorCore", "WebSocket",
            ],
            path: "Tests/Benchmarks",
            swiftSettings: [.treatAllWarnings(as: .error)]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
