import Base
import Dispatch
import Glibc
import OperatingSystem

/// Calls its owner on the main queue whenever a descriptor has something to read, for as long as it lives.
///
/// It owns the descriptor, since Dispatch crashes when one is closed before its source is cancelled: letting go of
/// the source cancels it, and only the cancel handler closes the descriptor.
///
/// At hang-up (an adapter is unplugged, a peer closes) Dispatch on Linux fires once and the source is dead for good.
/// The owner reads `.ended` in that one call, drops the source and opens anew.
public struct ReadSource: ~Copyable {
    private let source: any DispatchSourceRead
    /// The descriptor, valid as long as this value lives. Never close it by hand.
    public let raw: Int32

    /// `onReadable` must not keep the owner alive: capture it weakly. Read a bounded number of bytes in each call;
    /// while bytes remain it is called again, after everybody else had a turn. Only at hang-up is it not: whoever
    /// leaves bytes unread must look again by a timer.
    public init(owning descriptor: consuming FileDescriptor, onReadable: @escaping () -> Void) {
        let raw = descriptor.release()
        self.raw = raw
        source = DispatchSource.makeReadSource(fileDescriptor: raw, queue: .main)
        source.setEventHandler { onReadable() }
        source.setCancelHandler { close(raw) }
        source.activate()
    }

    deinit { source.cancel() }

    /// Reads up to `limit` bytes.
    public func read(atMost limit: Int) -> ReadResult { readBytes(raw, atMost: limit) }

    /// Writes what the system takes at once; the rest is the caller's to keep, for a `WriteSource` to send.
    public func write(_ bytes: Span<UInt8>) -> WriteResult { writeBytes(raw, bytes) }

    /// A source for the same open file that tells when there is room to write.
    public func makeWriteSource(onWritable: @escaping () -> Void) throws(SystemError) -> WriteSource {
        try WriteSource(duplicating: raw, onWritable: onWritable)
    }
}
