import DeviceDiscovery
import Foundation
import TestSupport

/// A sysfs and a /dev made of ordinary files, as the kernel and udev would lay them out.
final class FileTreeFixture {
    private let folder = TemporaryFolder()
    let root: URL

    init() throws {
        root = folder.url.resolvingSymlinksInPath()
        for folder in ["sys/class/tty", "sys/class/input", "sys/class/hidraw", "dev"] { try makeFolder(folder) }
    }

    var devices: [DiscoveredDevice] {
        DeviceTree(
            sysfs: root.appending(path: "sys").path, dev: root.appending(path: "dev").path,
            gpsdSettings: root.appending(path: "gpsd").path
        ).devices()
    }

    /// What is found, without the folder of this tree in its paths.
    var nodes: [String] { devices.map { String($0.node.dropFirst(root.path.count)) } }

    func path(_ path: String) -> String { root.path + path }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        try makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        try Data(bytes).write(to: root.appending(path: path))
    }

    func write(_ path: String, _ text: String) throws { try write(path, Array("\(text)\n".utf8)) }

    /// A link, as absolute as sysfs's are relative.
    func link(_ path: String, to target: String) throws {
        try makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        try FileManager.default.createSymbolicLink(
            atPath: root.appending(path: path).path, withDestinationPath: root.appending(path: target).path)
    }

    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(at: root.appending(path: path), withIntermediateDirectories: true)
    }

    // MARK: Devices

    /// A USB device; the folder of its first interface.
    func usb(
        _ port: String, _ vendor: String, _ product: String, manufacturer: String? = nil, model: String? = nil,
        serial: String? = nil,
        driver: String
    ) throws -> String {
        let folder = "sys/devices/pci0000:00/0000:00:14.0/usb1/\(port)"
        try write("\(folder)/idVendor", vendor)
        try write("\(folder)/idProduct", product)
        if let manufacturer { try write("\(folder)/manufacturer", manufacturer) }
        if let model { try write("\(folder)/product", model) }
        if let serial { try write("\(folder)/serial", serial) }
        try write("\(folder)/\(port):1.0/bInterfaceNumber", "00")
        try makeFolder("sys/bus/usb/drivers/\(driver)")
        try link("\(folder)/\(port):1.0/driver", to: "sys/bus/usb/drivers/\(driver)")
        return "\(folder)/\(port):1.0"
    }

    /// A serial port of the device in `folder`.
    func port(_ name: String, _ folder: String) throws {
        try write("\(folder)/tty/\(name)/dev", "188:0")
        try link("\(folder)/tty/\(name)/device", to: folder)
        try link("sys/class/tty/\(name)", to: "\(folder)/tty/\(name)")
        try write("dev/\(name)", "")
    }

    /// An input device of the device in `folder`. `keys`: its bitmap, as the kernel prints it.
    func input(_ name: String, _ folder: String, vendor: String = "0c2e", called: String, keys: String) throws {
        let input = "\(folder)/input/input5"
        try write("\(input)/name", called)
        try write("\(input)/capabilities/key", keys)
        try write("\(input)/id/vendor", vendor)
        try write("\(input)/id/product", "0b61")
        try write("\(input)/\(name)/dev", "13:69")
        try link("\(input)/\(name)/device", to: input)
        try link("sys/class/input/\(name)", to: "\(input)/\(name)")
        try write("dev/input/\(name)", "")
    }

    func hidraw(_ name: String, _ folder: String, id: String, called: String, descriptor: [UInt8]) throws {
        let device = "\(folder)/0003:0C2E:0B62.0001"
        try write("\(device)/uevent", "DRIVER=hid-generic\nHID_ID=\(id)\nHID_NAME=\(called)\nHID_UNIQ=")
        try write("\(device)/report_descriptor", descriptor)
        try write("\(device)/hidraw/\(name)/dev", "240:0")
        try link("\(device)/hidraw/\(name)/device", to: device)
        try link("sys/class/hidraw/\(name)", to: "\(device)/hidraw/\(name)")
        try write("dev/\(name)", "")
    }
}
