import Base
import CLinux
import Glibc

/// One record of inotify(7): what happened to which entry of the folder.
package struct InotifyEvent: Hashable {
    package let mask: UInt32
    /// Empty when it happened to the folder itself, or when events were lost.
    package let name: String

    package init(mask: UInt32, name: String) {
        self.mask = mask
        self.name = name
    }

    /// The records of one read, in the layout of `struct inotify_event`: wd, mask, cookie, length, then the padded name.
    package static func all(in bytes: [UInt8]) -> [InotifyEvent] {
        var events: [InotifyEvent] = []
        var rest = bytes[...]
        while rest.count >= 16 {
            let mask = word(rest, at: 4)
            let length = Int(word(rest, at: 12))
            rest = rest.dropFirst(16)
            let name = rest.prefix(length).prefix { $0 != 0 }
            events.append(InotifyEvent(mask: mask, name: String(decoding: name, as: UTF8.self)))
            rest = rest.dropFirst(length)
        }
        return events
    }

    /// In the machine's byte order: the box is amd64 or arm64, both little-endian.
    private static func word(_ bytes: ArraySlice<UInt8>, at offset: Int) -> UInt32 {
        bytes.dropFirst(offset).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
