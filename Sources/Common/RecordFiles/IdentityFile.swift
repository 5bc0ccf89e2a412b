import Base
import JSON

/// What makes a box the one that the platform knows, in a file that someone carries (docs/vehicle.md): its configuration, the
/// secrets that belong to it, and the names of the files that hold its records. Built as a `RecordFile` is.
struct IdentityFile: Hashable {
    /// The layout; a reader refuses any other.
    private static let format = 1
    static let maximumBytes = 8 << 20
    /// Of one carried file: a configuration, a key, a chain of certificates.
    static let maximumFileBytes = 1 << 20

    /// One of the configuration's files.
    struct Content: Hashable {
        /// Without a folder.
        var name: String
        var bytes: [UInt8]
    }

    /// A file of records beside this one.
    struct Records: Hashable {
        var name: String
        var checksum: String
    }

    var deviceID: String
    var version: String
    var time: WallTime
    /// Where the configuration lies, on both boxes.
    var configurationFile: String
    var stateFolder: String
    /// How many records the files beside it hold.
    var recordCount = 0
    var recordFiles: [Records] = []
    /// The configuration itself is among them.
    var contents: [Content] = []

    /// The folder of the configuration and of everything that belongs to it.
    static func folder(of configurationFile: String) -> String {
        String(configurationFile[..<(configurationFile.lastIndex(of: "/") ?? configurationFile.startIndex)])
    }

    static func name(of path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }

    // MARK: As a file

    var bytes: [UInt8] {
        var file = RecordFile(head: [
            "kind": "identity", "format": .int(Self.format), "device_id": .string(deviceID), "version": .string(version),
            "time_ms": .int(time.milliseconds), "configuration_file": .string(configurationFile),
            "state_dir": .string(stateFolder), "records": .int(recordCount),
            "record_files": .array(recordFiles.map { ["name": .string($0.name), "xxh64": .string($0.checksum)] }),
        ])
        for content in contents {
            var line: JSONObject = ["kind": "file", "name": .string(content.name)]
            if let text = String(validating: content.bytes, as: UTF8.self) {
                line["text"] = .string(text)
            } else {
                line["hex"] = .string(hexadecimal(content.bytes))
            }
            file.append(.object(line))
        }
        file.finish()
        return file.bytes
    }

    /// - Throws: what is wrong with it.
    init(_ bytes: [UInt8]) throws(ControlFailure) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true, lines.count >= 2, let end = lines.popLast(),
            let trailer = Self.object(end), trailer["kind"] == "end", trailer["records"]?.int == lines.count - 1,
            trailer["xxh64"] == .string(RecordFile.checksum(of: Array(bytes[..<end.startIndex]))),
            let head = Self.object(lines.removeFirst()), head["kind"] == "identity"
        else { throw .badData("damaged or cut off: hand over again, onto another stick") }
        guard head["format"]?.int == Self.format else {
            throw .badData("written by a later release (format \(head["format"]?.text ?? "?")): install that release")
        }
        guard let device = head["device_id"]?.string, let version = head["version"]?.string, let time = head["time_ms"]?.int,
            let configuration = head["configuration_file"]?.string, let state = head["state_dir"]?.string,
            let count = head["records"]?.int
        else { throw Self.notUnderstood }
        (deviceID, self.version, self.time) = (device, version, WallTime(milliseconds: Int64(time)))
        (configurationFile, stateFolder, recordCount) = (configuration, state, count)
        for file in head["record_files"]?.array ?? [] {
            guard let name = file["name"]?.string, let checksum = file["xxh64"]?.string, Self.isPlain(name) else {
                throw Self.notUnderstood
            }
            recordFiles.append(Records(name: name, checksum: checksum))
        }
        for line in lines {
            guard let file = Self.object(line), file["kind"] == "file", let name = file["name"]?.string, Self.isPlain(name),
                !contents.contains(where: { $0.name == name }),
                let bytes = file["text"]?.string.map({ Array($0.utf8) })
                    ?? file["hex"]?.string.flatMap({ Base.bytes(ofHexadecimal: $0) })
            else { throw Self.notUnderstood }
            contents.append(Content(name: name, bytes: bytes))
        }
        guard contents.contains(where: { $0.name == Self.name(of: configuration) }), state.hasPrefix("/") else {
            throw Self.notUnderstood
        }
    }

    init(deviceID: String, version: String, time: WallTime, configurationFile: String, stateFolder: String) {
        (self.deviceID, self.version, self.time) = (deviceID, version, time)
        (self.configurationFile, self.stateFolder) = (configurationFile, stateFolder)
    }

    private static let notUnderstood = ControlFailure.badData("not understood: are both boxes of the same release?")

    private static func object(_ line: ArraySlice<UInt8>) -> JSONValue? {
        try? JSONValue(parsing: Array(line), maximumBytes: maximumBytes)
    }

    /// Names a file of the same folder, and no hidden one.
    private static func isPlain(_ name: String) -> Bool {
        (1...200).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { $0 > 0x1F && $0 != UInt8(ascii: "/") }
    }
}
