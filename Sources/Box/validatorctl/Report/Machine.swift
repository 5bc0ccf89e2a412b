import Base
import Cryptography
import Glibc
import JSON
import OperatingSystem
import RecordFiles

/// What the machine itself tells, whether validatord runs or not.
enum Machine {
    private static let maximumFile = 1 << 20

    /// A file as text; nil when it cannot be read or is longer than a megabyte.
    static func text(of path: String) -> String? {
        (try? SmallFile.read(path, limit: maximumFile)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A file's first line.
    static func line(of path: String) -> String? {
        text(of: path).map { String($0.prefix { !$0.isNewline }) }
    }

    /// The board, as its firmware calls it.
    static var model: String? {
        line(of: "/sys/firmware/devicetree/base/model") ?? line(of: "/sys/class/dmi/id/product_name")
    }

    /// What this box tells its hub of itself when it enrols. Of the machine's id a digest, since the id itself is not for others (see
    /// machine-id(5)).
    static var hardware: JSONValue {
        var digest = SHA256Digest()
        digest.append(Array("validator enrolment \(line(of: "/etc/machine-id") ?? "")".utf8))
        let serial = line(of: "/sys/firmware/devicetree/base/serial-number") ?? line(of: "/sys/class/dmi/id/product_serial")
        func text(_ text: String?) -> JSONValue { text.map { .string(String($0.filter { $0 != "\0" }).printable) } ?? .null }
        return .object([
            "machine": .string(hexadecimal(Array(digest.value.prefix(16)))), "serial": text(serial), "model": text(model),
            "version": .string(Release.text),
        ])
    }

    /// Where removable media are mounted.
    static var media: [String] {
        (text(of: "/proc/self/mounts") ?? "").split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 3, fields[0].hasPrefix("/dev/"), fields[3].hasPrefix("rw") else { return nil }
            // The kernel writes a space as \040.
            let folder = String(fields[1].replacing("\\040", with: " "))
            return ["/media/", "/mnt", "/run/media/"].contains { folder.hasPrefix($0) } ? folder : nil
        }
    }

    /// Free and whole size of the file system that holds `folder`.
    static func disk(of folder: String) -> String {
        var disk = statvfs()
        guard unsafe statvfs(folder, &disk) == 0 else { return "\(folder): not readable" }
        let (free, whole) = (Int(disk.f_bavail * disk.f_frsize) >> 20, Int(disk.f_blocks * disk.f_frsize) >> 20)
        return "\(folder): \(free) MiB of \(whole) MiB free, \(disk.f_favail) files"
    }

    /// What a program prints, which has five seconds; both of its outputs.
    static func output(of command: String...) -> String {
        guard let run = try? ProgramRun(command, timeLimit: .seconds(5), outputLimit: maximumFile) else { return "not run" }
        return String(decoding: run.output, as: UTF8.self)
    }

    /// Another program of the same package.
    static func program(_ name: String) -> String {
        guard let own = unsafe realpath("/proc/self/exe", nil) else { return name }
        defer { unsafe free(own) }
        return "\(IdentityFile.folder(of: unsafe String(cString: own)))/\(name)"
    }

    // MARK: Network

    static var network: NetworkReport {
        let addresses = addresses()
        let names = (text(of: "/proc/net/dev") ?? "").split(separator: "\n").dropFirst(2).compactMap { line in
            line.split(separator: ":").first.map { String($0.drop { $0 == " " }) }
        }
        var report = NetworkReport()
        report.interfaces = names.sorted().map { name in
            func bytes(_ counter: String) -> Int? {
                line(of: "/sys/class/net/\(name)/statistics/\(counter)_bytes").flatMap { Int($0) }
            }
            var interface = NetworkReport.Interface()
            interface.name = name
            interface.state = line(of: "/sys/class/net/\(name)/operstate") ?? "unknown"
            interface.addresses = addresses[name] ?? []
            interface.receivedBytes = bytes("rx")
            interface.sentBytes = bytes("tx")
            return interface
        }
        report.gateway = gateway
        report.nameServers = (text(of: "/etc/resolv.conf") ?? "").split(separator: "\n").filter { $0.hasPrefix("nameserver") }
            .compactMap { $0.split(separator: " ").last.map(String.init) }
        return report
    }

    /// Of IPv4's default route.
    private static var gateway: String? {
        for line in (text(of: "/proc/net/route") ?? "").split(separator: "\n").dropFirst() {
            let fields = line.split(separator: "\t")
            // The address is the number as it lies in this machine's memory.
            guard fields.count > 2, fields[1] == "00000000", let number = UInt32(fields[2], radix: 16) else { continue }
            let bytes = (0..<4).map { String(UInt8(truncatingIfNeeded: UInt32(littleEndian: number) >> ($0 * 8))) }
            return bytes.joined(separator: ".") + " (\(fields[0]))"
        }
        return nil
    }

    /// The numeric addresses of each interface.
    private static func addresses() -> [String: [String]] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return [:] }
        defer { unsafe freeifaddrs(list) }
        var result: [String: [String]] = [:]
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            guard let address = unsafe entry.pointee.ifa_addr, let name = unsafe entry.pointee.ifa_name else { continue }
            let size: socklen_t
            switch unsafe Int32(address.pointee.sa_family) {
            case AF_INET: size = socklen_t(MemoryLayout<sockaddr_in>.size)
            case AF_INET6: size = socklen_t(MemoryLayout<sockaddr_in6>.size)
            default: continue
            }
            var host = [CChar](repeating: 0, count: 64)
            guard unsafe getnameinfo(address, size, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0 else { continue }
            let text = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            unsafe result[String(cString: name), default: []].append(text)
        }
        return result
    }
}
