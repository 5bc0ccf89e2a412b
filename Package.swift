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
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.0.0"),
    ],
    targets: [
        .systemLibrary(name: "CCrypto", path: "CShims/CCrypto"),
        .systemLibrary(name: "CCurl", path: "CShims/CCurl"),
        .systemLibrary(name: "CGPS", path: "CShims/CGPS"),
        .systemLibrary(name: "CLinux", path: "CShims/CLinux"),
        .systemLibrary(name: "CSerialPort", path: "CShims/CSerialPort"),
        .systemLibrary(name: "CSQLite", path: "CShims/CSQLite"),
        .target(name: "CToml", path: "CShims/CToml", cxxSettings: [.treatAllWarnings(as: .error)]),

        .target(name: "ValidatorCore", swiftSettings: pure),
        .target(name: "JSON", swiftSettings: pure),
        .target(name: "Configuration", dependencies: ["CToml"], swiftSettings: pure),
        .target(name: "Cryptography", dependencies: ["CCrypto", "ValidatorCore"], swiftSettings: pure),
        .target(name: "PlatformAPI", dependencies: ["JSON", "ValidatorCore"], swiftSettings: pure),
        .target(name: "Storage", dependencies: ["CSQLite", "ValidatorCore"], swiftSettings: pure),
        .target(name: "Kernel", dependencies: ["CLinux", "ValidatorCore"], swiftSettings: mainActor),
        .target(
            name: "Hardware", dependencies: ["CGPS", "CLinux", "CSerialPort", "Kernel", "ValidatorCore"],
            swiftSettings: mainActor),
        .target(name: "Transport", dependencies: ["CCurl", "Kernel", "PlatformAPI", "ValidatorCore"], swiftSettings: mainActor),

        .executableTarget(
            name: "validatord",
            dependencies: [
                "Configuration", "Cryptography", "Hardware", "JSON", "Kernel", "PlatformAPI", "Storage", "Transport",
                "ValidatorCore", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: mainActor),
        .executableTarget(
            name: "validatorctl",
            dependencies: ["CLinux", "JSON", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: pure),
        .executableTarget(
            name: "validator-hub",
            dependencies: [
                "Configuration", "Cryptography", "JSON", "PlatformAPI", "Storage", "ValidatorCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: pure),
        .executableTarget(
            name: "validator-rig",
            dependencies: [
                "CLinux", "Configuration", "Cryptography", "Hardware", "JSON", "Kernel", "ValidatorCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: mainActor),

        .testTarget(name: "ValidatorCoreTests", dependencies: ["Cryptography", "ValidatorCore"], swiftSettings: pure),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
