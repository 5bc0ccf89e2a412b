import ArgumentParser
import Glibc
import OperatingSystem

/// What a technician types, or a file says, to seal what he carries and to open it again.
enum Passphrase {
    /// In bytes. Shorter ones are guessed, whatever a guess costs.
    static let lengths = 8...1024

    /// The first line of a file.
    static func read(_ path: String) throws(ControlFailure) -> [UInt8] {
        // A pipe too: it need not lie on a disk.
        let content: [UInt8]
        do throws(SystemError) {
            content = try SmallFile.read(path, limit: 4096)
        } catch {
            throw .cannotRead("\(path) cannot be read: \(error.reason)")
        }
        return Array(content.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
    }

    /// From the terminal, unseen.
    ///
    /// - Parameter isNew: it is asked for twice: what is sealed with a mistyped one, nobody opens.
    static func ask(isNew: Bool) throws(ControlFailure) -> [UInt8] {
        guard isatty(0) == 1 else {
            throw .badArgument("a passphrase is needed: --passphrase-file FILE, or a terminal to type it at")
        }
        let passphrase = HiddenLine.ask(isNew ? "new passphrase: " : "passphrase: ")
        if isNew, HiddenLine.ask("once more: ") != passphrase { throw .badArgument("the two differ; nothing was written") }
        return Array(passphrase.utf8)
    }
}

/// How files that are carried are sealed or opened.
struct SealOptions: ParsableArguments {
    @Option(help: "The file whose first line is the passphrase; without it the terminal is asked.")
    var passphraseFile: String?

    @Flag(help: "Write, or take, files that are not sealed: whoever has the stick reads and changes them.")
    var plain = false

    /// For files that are to be written.
    func protection() throws(ControlFailure) -> Protection {
        guard !plain || passphraseFile == nil else {
            throw .badArgument("--plain seals nothing, and --passphrase-file is for what is sealed: leave one of them out")
        }
        let given = try passphrase()
        return Protection(isPlain: plain, passphrase: given) { () throws(ControlFailure) in try Passphrase.ask(isNew: true) }
    }

    /// What the file says; nil without one.
    func passphrase() throws(ControlFailure) -> [UInt8]? {
        guard let passphraseFile else { return nil }
        return try Passphrase.read(passphraseFile)
    }
}
