import Base
import Glibc
import RecordFiles

/// The one identity on a stick, and the note beside it of who uses it, so that no two boxes do.
struct CarriedIdentity {
    static let type = "identity"
    private static let claimType = "claim"

    let stick: StickFolder
    let identity: IdentityFile
    /// Of the identity's file.
    let checksum: String
    private let path: String
    private var stem: String { String(path.dropLast(Self.type.count + 1)) }
    private var claimPath: String { "\(stem).\(Self.claimType)" }

    /// - Throws: when there is none, more than one, or a damaged one, or a file of its records is missing or damaged.
    init(in folder: String) throws(ControlFailure) {
        stick = try StickFolder(folder, allowsOwnDisk: true, consequence: "nothing was changed")
        let found = Self.names(in: folder)
        guard let name = found.first, found.count == 1 else {
            throw .cannotRead(
                found.isEmpty
                    ? "\(folder) holds no identity of a box: on the old one, validatorctl handover \(folder)"
                    : "\(folder) holds the identities of several boxes: leave one of \(found.joined(separator: ", "))")
        }
        path = "\(folder)/\(name)"
        let bytes = try WholeFile.read(path, limit: IdentityFile.maximumBytes)
        do throws(CarriedFileError) {
            identity = try IdentityFile(bytes)
        } catch {
            throw .badData("\(path): \(Self.words(error)); nothing was changed")
        }
        checksum = CarriedFileWriter.checksum(of: bytes)
        for file in identity.recordFiles { _ = try records(of: file) }
    }

    /// What is wrong with an identity, and what to do about it.
    private static func words(_ error: CarriedFileError) -> String {
        switch error {
        case .damaged, .notJSON, .otherKind: "damaged or cut off: hand over again, onto another stick"
        case .otherFormat(let format): "written by a later release (format \(format)): install that release"
        case .notUnderstood: "not understood: are both boxes of the same release?"
        }
    }

    /// The names of all identities in a folder.
    static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".\(type)"), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The content of a file of records.
    func records(of file: IdentityFile.Records) throws(ControlFailure) -> [UInt8] {
        let path = "\(stick.path)/\(file.name)"
        let bytes = try WholeFile.read(path, limit: RecordFile.maximumBytes)
        guard CarriedFileWriter.checksum(of: bytes) == file.checksum else {
            throw .badData("\(path) is damaged or cut off; nothing was changed. Hand over again, onto another stick")
        }
        return bytes
    }

    /// Notes on the stick that `user` has the identity from now on; to do it again is fine.
    func claim(for user: String) throws(ControlFailure) {
        if WholeFile.exists(claimPath) {
            let present = String(decoding: try WholeFile.read(claimPath, limit: 4096), as: UTF8.self)
            guard present == user else {
                throw .refused(
                    """
                    \(path) is used already (\(claimPath): \(present)), and two boxes must never run under one identity; \
                    nothing was changed
                    """)
            }
        } else {
            _ = try stick.write(Array(user.utf8), named: IdentityFile.name(of: stem), type: Self.claimType)
        }
    }

    /// Takes the identity off the stick, secrets and all. The records stay.
    func remove() {
        unsafe unlink(path)
        unsafe unlink(claimPath)
    }
}
