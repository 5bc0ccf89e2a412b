import Glibc

/// The socket of a service manager, which takes what a service tells (sd_notify(3)).
package final class NotificationSocket {
    package let path: String
    private let descriptor: Int32
    private var received: [String] = []

    package init(_ path: String) {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(result == 0, "no socket at \(path): error \(errno)")
    }

    deinit { close(descriptor) }

    /// All messages so far, in order; they are there as soon as they are sent.
    package var all: [String] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
            guard count >= 0 else { return received }
            received.append(String(decoding: bytes.prefix(count), as: UTF8.self))
        }
    }
}
