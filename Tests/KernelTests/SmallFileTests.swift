import Glibc
import OperatingSystem
import TestSupport
import Testing

@Suite("Small files")
struct SmallFileTests {
    let folder = TemporaryFolder()

    @Test("a file is read whole up to the limit, and refused beyond it")
    func limit() throws {
        let path = try folder.write("token", "12345")
        #expect(try SmallFile.read(path, limit: 5) == Array("12345".utf8))
        #expect(throws: SystemError(code: EFBIG, what: "read \(path) (at most 4 bytes)")) {
            try SmallFile.read(path, limit: 4)
        }
        #expect(try SmallFile.read(folder.write("empty", ""), limit: 5) == [])
        #expect(throws: SystemError.self) { try SmallFile.read(folder.path, limit: 5) }
    }

    @Test("an attribute's value is replaced by each write")
    func attribute() throws {
        let path = try folder.write("brightness", "0")
        let attribute = try AttributeFile(path)
        try attribute.write(Array("1".utf8).span)
        #expect(try SmallFile.read(path, limit: 10) == Array("1".utf8))
        try attribute.write(Array("0".utf8).span)
        #expect(try SmallFile.read(path, limit: 10) == Array("0".utf8))
    }

    @Test("a FIFO in an attribute's place receives every write, with or without a reader")
    func attributeFIFO() throws {
        let path = folder.path + "/brightness"
        try #require(unsafe mkfifo(path, 0o600) == 0)
        let attribute = try AttributeFile(path)
        try attribute.write(Array("1".utf8).span)
        try attribute.write(Array("0".utf8).span)
        let reader = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        #expect(reader.read(atMost: 10) == .bytes(Array("10".utf8)))
    }

    @Test("a FIFO that nobody empties is an error, not a wait")
    func fullFIFO() throws {
        let path = folder.path + "/brightness"
        try #require(unsafe mkfifo(path, 0o600) == 0)
        let attribute = try AttributeFile(path)
        #expect(throws: SystemError(code: EAGAIN, what: "write \(path)")) {
            while true { try attribute.write([UInt8](repeating: 0, count: 4096).span) }
        }
    }

    @Test("an attribute that is not there says so")
    func missingAttribute() {
        let path = folder.path + "/brightness"
        #expect(throws: SystemError(code: ENOENT, what: "open \(path)")) { _ = try AttributeFile(path) }
    }
}
