import Base
import Glibc
import JSON
import RecordFiles
import TomlConfiguration
import Transport

/// `validatorctl enrol`: this box gets a secret of its own from its hub, for a one-time code.
///
/// What can go wrong here is tried before the code is spent: the configuration is written and checked as it would be, and thrown away.
struct Enrolment {
    private static let secretName = "platform.authorization"
    private static let ticketSecretName = "ticket.secret"
    /// Stands for the hub's, until there is one.
    private static let rehearsedSecret = "rehearsed-secret"

    let deviceID: String
    private let url: String
    private let configurationFile: String
    private let text: ConfigurationText
    private let tls: TLSFiles
    private let owner = BoxUser()

    init(url: String, configurationFile: String) throws(ControlFailure) {
        self.url = String(url.reversed().drop { $0 == "/" }.reversed())
        // The daemon, which is told where its secret lies, runs in another folder.
        let configurationFile = Self.absolute(configurationFile)
        self.configurationFile = configurationFile
        let bytes = try WholeFile.read(configurationFile, limit: IdentityFile.maximumFileBytes)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .badData("\(configurationFile) is no text") }
        self.text = ConfigurationText(text)
        deviceID = try ConfigurationFolder.text("id", in: bytes) ?? ""
        guard !deviceID.isEmpty else {
            throw .badData("\(configurationFile) names no device.id: write there what the operator calls this box")
        }
        func file(_ key: String) throws(ControlFailure) -> String? {
            try ConfigurationFolder.text(key, of: "platform", in: bytes).flatMap { $0.isEmpty ? nil : $0 }
        }
        var tls = TLSFiles(authorities: try file("ca_file"))
        if let certificate = try file("client_cert"), let key = try file("client_key") {
            tls.identity = TLSFiles.Identity(certificate: certificate, key: key)
        }
        self.tls = tls
        let rehearsal = try folder(Self.rehearsedSecret, baseURL: self.url, managementURL: self.url, ticketSecret: nil)
        defer { rehearsal.discard() }
        try rehearsal.check()
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(folder) }
        return unsafe "\(String(cString: folder))/\(path)"
    }

    /// Asks the hub, and ends the program by `onEnd`.
    @MainActor func ask(
        code: String, by http: EnrolmentExchange, onEnd: @escaping (Result<EnrolmentReply, ControlFailure>) -> Void
    ) {
        let body = JSONValue.object([
            "device_id": .string(deviceID), "code": .string(code), "hardware": Machine.hardware,
        ])
        http.post(Array(body.text.utf8), to: "\(url)/enrol", tls: tls, deviceID: deviceID, onEnd: onEnd)
    }

    /// Puts what the hub gave in force: all of it, or nothing.
    func install(_ reply: EnrolmentReply) throws(ControlFailure) {
        let folder = try folder(
            reply.secret, baseURL: reply.baseURL, managementURL: reply.managementURL, ticketSecret: reply.ticketSecret)
        defer { folder.discard() }
        do throws(ControlFailure) {
            try folder.check()
        } catch {
            throw .badData(
                """
                \(error)
                The code is spent: have the hub's operator look at what it hands out ([management] of hub.toml), then enrol with a new code
                """)
        }
        try folder.install()
    }

    private func folder(
        _ secret: String, baseURL: String, managementURL: String, ticketSecret: String?
    ) throws(ControlFailure) -> ConfigurationFolder {
        let place = IdentityFile.folder(of: configurationFile)
        var text = text
        var contents = [IdentityFile.Content(name: Self.secretName, bytes: Array("\(secret)\n".utf8))]
        do throws(ConfigurationMistake) {
            try text.set("platform.base_url", to: baseURL)
            try text.set("platform.authorization_file", to: "\(place)/\(Self.secretName)")
            try text.set("management.url", to: managementURL)
            if let ticketSecret {
                contents.append(IdentityFile.Content(name: Self.ticketSecretName, bytes: Array("\(ticketSecret)\n".utf8)))
                try text.set("tickets.secret_file", to: "\(place)/\(Self.ticketSecretName)")
            }
        } catch {
            throw .badData("\(configurationFile): \(error); nothing was changed")
        }
        contents.append(
            IdentityFile.Content(name: IdentityFile.name(of: configurationFile), bytes: Array(text.text.utf8)))
        return try ConfigurationFolder(configurationFile, contents, owner: owner, whose: "the configuration for this hub")
    }
}
