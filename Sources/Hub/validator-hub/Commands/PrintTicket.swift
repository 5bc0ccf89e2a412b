import ArgumentParser
import Base
import Cryptography
import Fares
import HubServices
import HubStore
import OperatingSystem

struct PrintTicket: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the text of a QR ticket, codec VT1; or a test code of the transport ministry's form.",
        discussion: "A ticket is sealed with a key of the group in force, and with tickets.secret_file where there is one.")

    @OptionGroup var common: CommonOptions
    @Option(help: "The card that the ticket rides for; at most 15 digits, with --transport 20 decimal ones.") var card: String
    @Flag(name: .customLong("pass"), help: "Good for any number of rides, not just one.") var isPass = false
    @Option(help: "The key that seals it. (default: 1)") var keyId: UInt8?
    @Option(help: "How long it is good, in seconds. (default: 600)") var lifetimeS: UInt16?
    @Option(help: "The start, in seconds since 1970. (default: now)") var validFrom: UInt32?
    @Option(help: "Eight hexadecimal digits. (default: random)") var nonce: String?
    @OptionGroup var transport: TransportTicketOptions

    func validate() throws {
        if let option = transport.lonelyOption { throw ValidationError("\(option) needs --transport") }
        let isVT1 = isPass || keyId != nil || lifetimeS != nil || validFrom != nil || nonce != nil
        if transport.isWanted, isVT1 {
            throw ValidationError("--pass, --key-id, --lifetime-s, --valid-from and --nonce are of VT1, not of --transport")
        }
    }

    func run(_ configuration: HubConfiguration) async throws {
        let now = Clocks.now().system
        // The transport ministry's form needs no key of the database.
        guard !transport.isWanted else { return try transport.give(testCode(configuration, now: now)) }
        try configuration.requireOwnRule(over: "the ticket keys")
        let location = StoreLocation(configuration)
        try location.requireDatabase(mayMake: false)
        try Terminal.print(try await text(configuration, location.open(), now: now))
    }

    func testCode(_ configuration: HubConfiguration, now: WallTime) throws -> [UInt8] {
        let terms = try transport.terms(of: card, now: now)
        let root = try TestRoot.load(besideDatabase: configuration.databasePath)
        guard let code = root.code(terms) else { throw CommandFailure(.usage, "--issued is not of this century") }
        return code
    }

    func text(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws -> String {
        guard let number = CardNumber(card), number.digitCount <= 15 else {
            throw CommandFailure(.usage, "--card \(card) is not 1 to 15 hexadecimal digits")
        }
        var random = SystemRandomNumberGenerator()
        guard let nonce = nonce.map({ UInt32($0, radix: 16) }) ?? UInt32.random(in: 0...UInt32.max, using: &random) else {
            throw CommandFailure(.usage, "--nonce is not at most 8 hexadecimal digits")
        }
        guard let group = try await store.keys().ring.current else {
            throw CommandFailure(.unavailable, "there are no ticket keys yet: run validator-hub rotate-keys")
        }
        let keyID = keyId ?? 1
        guard let key = group.keys.first(where: { $0.id == keyID }) else {
            let ids = group.keys.map { String($0.id) }.joined(separator: ", ")
            throw CommandFailure(.usage, "there is no key \(keyID); the group in force has \(ids)")
        }
        let ticket = VT1Ticket(
            keyID: keyID, kind: isPass ? .pass : .singleRide, card: number,
            validFrom: validFrom ?? UInt32(clamping: now.seconds), lifetimeSeconds: lifetimeS ?? 600, nonce: nonce)
        let codec = VT1Codec(authenticator: Libcrypto(), secret: configuration.policy.tickets.secret)
        guard let text = codec.text(of: ticket, key: key) else {
            throw CommandFailure(.software, "no text for the card \(card)")
        }
        return text
    }
}
