import Dispatch
import Glibc
import OperatingSystem

/// Calls its owner on the main queue while a descriptor has room to write. Make one when a write would block, drop it
/// when everything is written: a source that nobody needs fires without end.
///
/// It works on a duplicate of the descriptor, so that its life is independent of the `ReadSource` for the same file.
public struct WriteSource: ~Copyable {
    private let source: any DispatchSourceWrite

    /// `raw` stays the caller's. `onWritable` must not keep the owner alive: capture it weakly.
    public init(duplicating raw: Int32, onWritable: @escaping () -> Void) throws(SystemError) {
        let copy = fcntl(raw, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SystemError.last("duplicate descriptor \(raw)") }
        source = DispatchSource.makeWriteSource(fileDescriptor: copy, queue: .main)
        source.setEventHandler { onWritable() }
        source.setCancelHandler { close(copy) }
        source.activate()
    }

    deinit { source.cancel() }
}
