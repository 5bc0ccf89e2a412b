import Base
import Cryptography
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
    private var opener: SealOpener
    private var stem: String { String(path.dropLast(Self.type.count + 1)) }

    /// - Parameters:
    ///   - passphrase: of a sealed one; nil: the terminal is asked.
    ///   - isPlain: one that is not sealed is taken too, by somebody's explicit word: whoever had the stick may have changed it.
    /// - Throws: when there is none, more than one, or a damaged one, or a file of its records is missing or damaged.
    init(in folder: String, passphrase: [UInt8]?, isPlain: Bool) throws(ControlFailure) {
        stick = try StickFolder(folder, allowsOwnDisk: true, consequence: "nothing was changed")
        let found = Self.names(in: folder)
        guard let name = found.first, found.count == 1 else {
            throw .cannotRead(
                found.isEmpty
                    ? "\(folder) holds no identity of a box: on the old one, validatorctl handover \(folder)"
                    : "\(folder) holds the identities of several boxes: leave one of \(found.joined(separator: ", ").printable)")
        }
        path = "\(folder)/\(name)"
        let bytes = try WholeFile.read(path, limit: IdentityFile.maximumBytes)
        checksum = CarriedFileWriter.checksum(of: bytes)
        let content: [UInt8]
        if SealOpener.isSealed(bytes) {
            var passphrase = passphrase
            if passphrase == nil { passphrase = try Passphrase.ask(isNew: false) }
            opener = SealOpener(passphrase: passphrase)
            do throws(SealError) {
                content = try opener.open(bytes)
            } catch {
                throw .badData("\(path): \(Self.words(error)); nothing was changed")
            }
        } else {
            opener = SealOpener()
            content = bytes
        }
        do throws(CarriedFileError) {
            identity = try IdentityFile(content)
        } catch {
            throw .badData("\(path): \(Self.words(error)); nothing was changed")
        }
        guard isPlain || SealOpener.isSealed(bytes) else {
            throw .refused(
                """
                \(path) is not sealed: whoever had the stick has read its secrets, and may have changed it. If it is to be taken all the \
                same: --plain; nothing was changed
                """)
        }
        for file in identity.recordFiles { try requireWhole(file) }
    }

    private static func words(_ error: SealError) -> String {
        switch error {
        case .wrongPassphrase: "the passphrase is another one"
        case .otherFormat(let format): "written by a later release (format \(format)): install that release"
        case .cutOff, .damaged, .notSealed, .passphraseNeeded, .otherKey:
            "damaged or cut off: hand over again, onto another stick"
        }
    }

    /// What is wrong with an identity, and what to do about it.
    private static func words(_ error: CarriedFileError) -> String {
        switch error {
        case .damaged, .notJSON, .otherKind: "damaged or cut off: hand over again, onto another stick"
        case .otherFormat(let format): "written by a later release (format \(format)): install that release"
        case .notUnderstood: "not understood: are both boxes of the same release?"
        }
    }

    /// The names of all identities in a folder, or of all files of another type.
    static func names(in folder: String, type: String = type) -> [String] {
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

    private func requireWhole(_ file: IdentityFile.Records) throws(ControlFailure) {
        let path = "\(stick.path)/\(file.name)"
        guard try WholeFile.checksum(path, like: file.checksum) == file.checksum else {
            throw .badData("\(path) is damaged or cut off; nothing was changed. Hand over again, onto another stick")
        }
    }

    /// Writes what a file of records holds into a folder of this box.
    func copy(
        _ file: IdentityFile.Records, to folder: StickFolder, named name: String, type: String
    ) throws(ControlFailure) {
        let path = "\(stick.path)/\(file.name)"
        var copy = try StickFile(in: folder, named: name, type: type)
        var content = SHA256Digest()
        var reader: SealedFileReader?
        var opener = opener
        var isFirst = true
        try WholeFile.forEachChunk(of: path) { chunk throws(ControlFailure) in
            if isFirst, SealOpener.isSealed(chunk) { reader = SealedFileReader() }
            isFirst = false
            let opened = try Self.opened(path) { () throws(SealError) in try reader?.feed(chunk[...], &opener) } ?? chunk
            content.append(opened)
            try copy.append(opened)
        }
        if let rest = try Self.opened(path, { () throws(SealError) in try reader?.finish() }) {
            content.append(rest)
            try copy.append(rest)
        }
        // Not what it was a moment ago. (Of the release before there is no such checksum.)
        guard file.contentChecksum.utf8.count != 64 || hexadecimal(content.value) == file.contentChecksum else {
            throw .badData("\(path) is damaged or cut off; run it again, or hand over again, onto another stick")
        }
        _ = try copy.finish()
    }

    private static func opened<Value>(
        _ path: String, _ open: () throws(SealError) -> Value
    ) throws(ControlFailure) -> Value {
        do throws(SealError) { return try open() } catch { throw .badData("\(path): \(words(error))") }
    }

    /// The notes on the stick of who has this very identity, whatever names it and they have by now.
    private func claims() throws(ControlFailure) -> [(path: String, user: String)] {
        var claims: [(path: String, user: String)] = []
        for name in Self.names(in: stick.path, type: Self.claimType) {
            let path = "\(stick.path)/\(name)"
            let lines = String(decoding: try WholeFile.read(path, limit: 4096), as: UTF8.self).split(separator: "\n")
            // The release before wrote no checksum: its note means the identity that bears its name.
            let isOurs = lines.count > 1 ? lines[1] == checksum : path == "\(stem).\(Self.claimType)"
            if isOurs { claims.append((path, String(lines.first ?? ""))) }
        }
        return claims
    }

    /// Notes on the stick that `user` has the identity from now on; to do it again is fine.
    func claim(for user: String) throws(ControlFailure) {
        let claims = try claims()
        if let other = claims.first(where: { $0.user != user }) {
            throw .refused(
                """
                \(path) is used already (\(other.path.printable): \(other.user.quoted)), and two boxes must never run under one identity; \
                nothing was changed
                """)
        }
        guard claims.isEmpty else { return }
        _ = try stick.write(Array("\(user)\n\(checksum)\n".utf8), named: IdentityFile.name(of: stem), type: Self.claimType)
    }

    /// Takes the identity off the stick, secrets and all. The records stay.
    func remove() {
        for claim in (try? claims()) ?? [] { unsafe unlink(claim.path) }
        unsafe unlink(path)
    }
}
