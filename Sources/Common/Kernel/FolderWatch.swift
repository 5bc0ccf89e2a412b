import Base
import CLinux
import Glibc
import OperatingSystem

/// Wakes the opener of a device as soon as its node or udev link may have appeared, or become accessible.
///
/// It watches the folder in which the path lies; while that does not exist, the nearest folder above that does.
/// Make it before trying to open, so that nothing is missed in between; after each call make a new one, since the
/// folder to watch may be another by then.
public struct FolderWatch: ~Copyable {
    private let source: ReadSource

    /// `onChange` must not keep the owner alive: capture it weakly.
    public init(for path: String, onChange: @escaping () -> Void) throws(SystemError) {
        let raw = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard raw >= 0 else { throw SystemError.last("inotify_init1") }
        let descriptor = FileDescriptor(owning: raw)
        let entry = try Self.watchNearestFolder(of: path, descriptor)
        source = ReadSource(owning: descriptor) {
            // The descriptor is open: its source, which calls this, owns it.
            guard case .bytes(let bytes) = readBytes(raw, atMost: 4096) else { return }
            if InotifyEvent.all(in: bytes).contains(where: { $0.name.isEmpty || $0.name == entry }) { onChange() }
        }
    }

    /// The name, below the watched folder, whose appearance matters.
    private static func watchNearestFolder(
        of path: String, _ descriptor: borrowing FileDescriptor
    ) throws(SystemError) -> String {
        // IN_ATTRIB: udev creates a node first and grants access to it afterwards.
        let mask = IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
        var components = path.split(separator: "/")
        while let entry = components.popLast() {
            let folder = (path.hasPrefix("/") ? "/" : "./") + components.joined(separator: "/")
            if unsafe inotify_add_watch(descriptor.raw, folder, UInt32(mask)) >= 0 { return String(entry) }
            guard errno == ENOENT || errno == ENOTDIR else { throw SystemError.last("watch \(folder)") }
        }
        throw SystemError(code: ENOENT, what: "watch \(path)")
    }
}
