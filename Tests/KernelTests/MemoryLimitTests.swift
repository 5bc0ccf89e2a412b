import Foundation
import TestSupport
import Testing

@testable import OperatingSystem

@Suite("How much memory there is")
struct MemoryLimitTests {
    private let folder = TemporaryFolder()

    private func limit(_ membership: String) throws -> Int? {
        MemoryLimit.controlGroup(membership: try folder.write("membership", membership), root: folder.path)
    }

    private func set(_ group: String, _ limit: String) throws {
        let path = folder.path + group
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(limit.utf8).write(to: URL(filePath: path + "/memory.max"))
    }

    @Test("is what the unit is given, or a unit above it")
    func unit() throws {
        try set("/system.slice/validator.service", "268435456\n")
        #expect(try limit("0::/system.slice/validator.service\n") == 256 << 20)
        try set("/system.slice", "134217728\n")
        #expect(try limit("1:name=systemd:/x\n0::/system.slice/validator.service\n") == 128 << 20)
        try set("/system.slice", "max\n")
        #expect(try limit("0::/system.slice/validator.service\n") == 256 << 20)
    }

    @Test("is not known where nothing limits it", arguments: ["0::/\n", "4:memory:/other\n", "", "0::/nowhere/else\n"])
    func none(membership: String) throws {
        #expect(try limit(membership) == nil)
    }

    @Test("lists have three quarters of what the rest leaves: 105 MiB of the unit's 256")
    func lists() {
        #expect(MemoryLimit.forLists(limit: 256 << 20) == 105 << 20)
        #expect(MemoryLimit.forLists(limit: 64 << 20) == 16 << 20)
    }
}
