import Base
import JSON

/// What makes a box the one that the platform knows, in a file that someone carries (docs/vehicle.md): its configuration, the
/// secrets that belong to it, and the names of the files that hold its records.
public struct IdentityFile: Hashable, Sendable {
    static let kind = "identity"
    /// The layout; a reader refuses any other.
    private static let format = 1
    /// Of the whole file.
    public static let maximumBytes = 8 << 20
    /// Of one carried file: a configuration, a key, a chain of certificates.
    public static let maximumFileBytes = 1 << 20

    /// One of the configuration's files.
    public struct Content: Hashable, Sendable {
        /// Without a folder.
        public var name: String
        public var bytes: [UInt8]

        public init(name: String, bytes: [UInt8]) {
            (self.name, self.bytes) = (name, bytes)
        }
    }

    /// A file of records beside this one.
    public struct Records: Hashable, Sendable {
        public var name: String
        /// Of the whole file: SHA-256, or of one that the release before wrote, XXH64.
        public var checksum: String
        /// Of what it holds, likewise; another one than `checksum` where the file is sealed.
        public var contentChecksum: String

        public init(name: String, checksum: String, contentChecksum: String? = nil) {
            (self.name, self.checksum, self.contentChecksum) = (name, checksum, contentChecksum ?? checksum)
        }

        init?(_ json: JSONValue) {
            guard let name = json["name"]?.string, IdentityFile.isPlain(name) else { return nil }
            if let checksum = json["xxh64"]?.string {
                self.init(name: name, checksum: checksum)
            } else if let checksum = json["sha256"]?.string, let content = json["content_sha256"]?.string {
                self.init(name: name, checksum: checksum, contentChecksum: content)
            } else {
                return nil
            }
        }

        var json: JSONValue {
            checksum.utf8.count == 16
                ? ["name": .string(name), "xxh64": .string(checksum)]
                : ["name": .string(name), "sha256": .string(checksum), "content_sha256": .string(contentChecksum)]
        }
    }

    public var deviceID: String
    public var version: String
    public var time: WallTime
    /// Where the configuration lies, on both boxes.
    public var configurationFile: String
    public var stateFolder: String
    /// How many records the files beside it hold.
    public var recordCount = 0
    public var recordFiles: [Records] = []
    /// The configuration itself is among them.
    public var contents: [Content] = []

    /// The folder of the configuration and of everything that belongs to it.
    public static func folder(of configurationFile: String) -> String {
        String(configurationFile[..<(configurationFile.lastIndex(of: "/") ?? configurationFile.startIndex)])
    }

    public static func name(of path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }

    // MARK: As a file

    public var bytes: [UInt8] {
        var file = CarriedFileWriter(head: [
            "kind": .string(Self.kind), "format": .int(Self.format), "device_id": .string(deviceID), "version": .string(version),
            "time_ms": .int(time.milliseconds), "configuration_file": .string(configurationFile),
            "state_dir": .string(stateFolder), "records": .int(recordCount),
            "record_files": .array(recordFiles.map(\.json)),
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

    public init(_ bytes: [UInt8]) throws(CarriedFileError) {
        let file = try CarriedFile(bytes, kind: Self.kind, format: Self.format)
        let head = file.head
        guard let device = head["device_id"]?.string, let version = head["version"]?.string, let time = head["time_ms"]?.int,
            let configuration = head["configuration_file"]?.string, let state = head["state_dir"]?.string,
            let count = head["records"]?.int, state.hasPrefix("/")
        else { throw .notUnderstood(line: 1) }
        (deviceID, self.version, self.time) = (device, version, WallTime(milliseconds: Int64(time)))
        (configurationFile, stateFolder, recordCount) = (configuration, state, count)
        for file in head["record_files"]?.array ?? [] {
            guard let records = Records(file) else { throw .notUnderstood(line: 1) }
            recordFiles.append(records)
        }
        for index in 0..<file.count {
            let line = try file.object(at: index)
            guard line["kind"] == "file", let name = line["name"]?.string, Self.isPlain(name),
                !contents.contains(where: { $0.name == name }),
                let bytes = line["text"]?.string.map({ Array($0.utf8) })
                    ?? line["hex"]?.string.flatMap({ Base.bytes(ofHexadecimal: $0) })
            else { throw .notUnderstood(line: CarriedFile.lineNumber(of: index)) }
            contents.append(Content(name: name, bytes: bytes))
        }
        guard contents.contains(where: { $0.name == Self.name(of: configuration) }) else { throw .notUnderstood(line: 1) }
    }

    public init(deviceID: String, version: String, time: WallTime, configurationFile: String, stateFolder: String) {
        (self.deviceID, self.version, self.time) = (deviceID, version, time)
        (self.configurationFile, self.stateFolder) = (configurationFile, stateFolder)
    }

    /// Names a file of the same folder, and no hidden one.
    private static func isPlain(_ name: String) -> Bool {
        (1...200).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { $0 > 0x1F && $0 != UInt8(ascii: "/") }
    }
}
