import Glibc
import Kernel
import OperatingSystem
import Testing

@Suite("File descriptors")
struct FileDescriptorTests {
    private func pipePair() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    @Test("a descriptor is closed with its owner, and the peer sees the end")
    func closesWithOwner() throws {
        let (readEnd, writeEnd) = try pipePair()
        let reader = FileDescriptor(owning: readEnd)
        do { _ = FileDescriptor(owning: writeEnd) }
        #expect(reader.read(atMost: 10) == .ended)
    }

    @Test("a released descriptor stays open")
    func releaseKeepsOpen() throws {
        let (readEnd, writeEnd) = try pipePair()
        let reader = FileDescriptor(owning: readEnd)
        try reader.setNonblockingAndCloseOnExec()
        let raw = FileDescriptor(owning: writeEnd).release()
        #expect(reader.read(atMost: 10) == .wouldBlock)
        close(raw)
    }

    @Test("reads are bounded, writes say how much was taken")
    func boundedReads() throws {
        let (readEnd, writeEnd) = try pipePair()
        let reader = FileDescriptor(owning: readEnd)
        let writer = FileDescriptor(owning: writeEnd)
        #expect(writer.write([1, 2, 3].span) == .written(3))
        #expect(reader.read(atMost: 2) == .bytes([1, 2]))
        #expect(reader.read(atMost: 2) == .bytes([3]))
    }

    @Test("writing to a pipe without a reader is an error value")
    func brokenPipe() throws {
        SignalSource.ignoreBrokenPipes()
        let (readEnd, writeEnd) = try pipePair()
        do { _ = FileDescriptor(owning: readEnd) }
        let writer = FileDescriptor(owning: writeEnd)
        #expect(writer.write([1].span) == .failed(SystemError(code: EPIPE, what: "write")))
    }

    @Test("a duplicate outlives the original")
    func duplicate() throws {
        let (readEnd, writeEnd) = try pipePair()
        let reader = FileDescriptor(owning: readEnd)
        let copy: FileDescriptor
        do { copy = try FileDescriptor(owning: writeEnd).duplicate() }
        #expect(copy.write([7].span) == .written(1))
        #expect(reader.read(atMost: 10) == .bytes([7]))
    }

    @Test("a file that cannot be opened says why, with its path")
    func openFailure() {
        #expect(throws: SystemError(code: ENOENT, what: "open /nowhere/at/all")) {
            _ = try FileDescriptor.open("/nowhere/at/all", O_RDONLY)
        }
        #expect(SystemError(code: ENOENT, what: "open /x").description == "open /x: No such file or directory")
    }
}
