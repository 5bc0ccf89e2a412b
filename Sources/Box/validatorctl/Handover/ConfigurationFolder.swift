import Base
import ControlProtocol
import Glibc
import OperatingSystem
import RecordFiles
import TomlConfiguration

/// The folder of the configuration and its secrets, into which others are put: all of them are there and checked before the first takes
/// its place.
struct ConfigurationFolder {
    /// Far more than reading a configuration takes.
    private static let checkTime = Duration.seconds(60)

    private let path: String
    private let configuration: String
    private let owner: BoxUser
    /// The new configuration, in messages.
    private let whose: String
    private let stage: StickFolder
    private var contents: [IdentityFile.Content] = []

    /// Writes them beside the present ones.
    init(
        _ configurationFile: String, _ contents: [IdentityFile.Content], owner: BoxUser,
        whose: String = "the other box's configuration"
    ) throws(ControlFailure) {
        path = IdentityFile.folder(of: configurationFile)
        configuration = IdentityFile.name(of: configurationFile)
        (self.owner, self.whose) = (owner, whose)
        let folder = "\(path)/.takeover.new"
        Self.empty(folder)
        guard unsafe mkdir(folder, 0o700) == 0 else {
            throw .cannotWrite(
                "\(folder) cannot be made: \(unsafe String(cString: strerror(errno))); be root; nothing was changed")
        }
        stage = try StickFolder(folder, allowsOwnDisk: true, consequence: "nothing was changed")
        // The configuration last: it names the others.
        let name = configuration
        self.contents = contents.filter { $0.name != name } + contents.filter { $0.name == name }
        do throws(ControlFailure) {
            for content in self.contents {
                let file = try stage.write(content.bytes, named: content.name, type: "new")
                try owner.own(file, isReadOnly: content.name == name)
            }
        } catch {
            discard()
            throw error
        }
    }

    /// Whether the new configuration is that of the box which handed it over, and holds here.
    ///
    /// - Parameters:
    ///   - deviceID: whose records those on the stick are.
    ///   - stateFolder: where the records are put and where those of this box are looked for. Were the configuration to name another
    ///     one, unsent records that nobody looked for would go out under the new identity.
    func check(deviceID: String, stateFolder: String) throws(ControlFailure) {
        guard let content = contents.last else { return }
        let said = [("id", deviceID), ("state_dir", stateFolder)]
        for (key, value) in said {
            let named = try Self.text(key, in: content.bytes) ?? (key == "state_dir" ? BoxIdentity.usualStateFolder : "")
            guard named == value else {
                throw .badData(
                    """
                    \(whose) has device.\(key) \(named.quoted), and the stick says \(value.quoted): the file was not \
                    written by validatorctl handover, or was changed since; nothing was changed
                    """)
            }
        }
        try check()
    }

    /// Has validatord say what is wrong with the new configuration, with its files where they are now.
    func check() throws(ControlFailure) {
        guard let content = contents.last, var text = String(validating: content.bytes, as: UTF8.self) else {
            throw .badData("\(whose) is no text; nothing was changed")
        }
        for content in contents {
            for quote in ["\"", "'"] {
                text = text.replacing("\(path)/\(content.name)\(quote)", with: "\(stage.path)/\(content.name).new\(quote)")
            }
        }
        let file = try stage.write(Array(text.utf8), named: "check", type: "toml")
        let check: ProgramRun
        do throws(SystemError) {
            check = try ProgramRun(
                [Machine.program("validatord"), "--check-config", "--config", file], timeLimit: Self.checkTime,
                outputLimit: 1 << 20)
        } catch {
            throw .badData("\(whose) cannot be checked; nothing was changed\n\(error)")
        }
        guard check.ending == .exited(code: 0) else {
            let output = String(decoding: check.output, as: UTF8.self)
            throw .badData("\(whose) does not hold here; nothing was changed\n\(output)")
        }
    }

    /// What `KEY` of a section is; nil when it is not there.
    static func text(_ key: String, of section: String = "device", in configuration: [UInt8]) throws(ControlFailure) -> String? {
        do throws(ConfigurationMistake) {
            let document = try TomlDocument(configuration)
            let value = document.root().member(named: section)?.member(named: key)?.content
            return if case .string(let text)? = value { text } else { nil }
        } catch {
            throw .badData("the configuration does not hold here; nothing was changed\n\(error)")
        }
    }

    /// Puts each in the place of the present one, which is kept as `.previous`.
    func install() throws(ControlFailure) {
        for content in contents {
            let place = "\(path)/\(content.name)"
            let present = WholeFile.exists(place) ? try WholeFile.read(place, limit: IdentityFile.maximumFileBytes) : nil
            if let present, present != content.bytes {
                unsafe unlink("\(place).previous")
                guard unsafe link(place, "\(place).previous") == 0 else { throw Self.interrupted(place) }
            }
            guard unsafe rename("\(stage.path)/\(content.name).new", place) == 0 else { throw Self.interrupted(place) }
        }
        try stage.synchronise(path)
    }

    private static func interrupted(_ place: String) -> ControlFailure {
        .cannotWrite(
            "\(place) cannot be replaced: \(unsafe String(cString: strerror(errno))); some files may be replaced already, run it again"
        )
    }

    /// Removes what was not put in place.
    func discard() { Self.empty(stage.path) }

    private static func empty(_ folder: String) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0, let stream = unsafe fdopendir(descriptor) else {
            // Whatever else has its name, a link to somewhere for one.
            unsafe unlink(folder)
            return
        }
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unsafe unlinkat(descriptor, name, 0) }
        }
        unsafe closedir(stream)
        unsafe rmdir(folder)
    }
}
