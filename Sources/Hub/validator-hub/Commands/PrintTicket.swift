import ArgumentParser
import Base
import Cryptography
import Fares
import HubServices

struct PrintTicket: HubCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the text of a QR ticket, codec VT1.",
        discussion: "Sealed with a key of the group in force, and with tickets.secret_file where there is one.")

    @OptionGroup var common: CommonOptions
    @Option(help: "The card that the ticket rides for; at most 15 digits.") var card: String
    @Flag(name: .customLong("pass"), help: "Good for any number of rides, not just one.") var isPass = false
    @Option(help: "The key that seals it.") var keyId: UInt8 = 1
    @Option(help: "How long it is good, in seconds.") var lifetimeS: UInt16 = 600
    @Option(help: "The start, in seconds since 1970. (default: now)") var validFrom: UInt32?
    @Option(help: "Eight hexadecimal digits. (default: random)") var nonce: String?

    func run(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws {
        try Terminal.print(text(configuration, database, now: now))
    }

    func text(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws -> String {
        guard let number = CardNumber(card), number.digitCount <= 15 else {
            throw CommandFailure(.usage, "--card \(card) is not 1 to 15 hexadecimal digits")
        }
        var random = SystemRandomNumberGenerator()
        guard let nonce = nonce.map({ UInt32($0, radix: 16) }) ?? UInt32.random(in: 0...UInt32.max, using: &random) else {
            throw CommandFailure(.usage, "--nonce is not at most 8 hexadecimal digits")
        }
        guard let group = try database.keys.ring().current else {
            throw CommandFailure(.unavailable, "there are no ticket keys yet: run validator-hub rotate-keys")
        }
        guard let key = group.keys.first(where: { $0.id == keyId }) else {
            let ids = group.keys.map { String($0.id) }.joined(separator: ", ")
            throw CommandFailure(.usage, "there is no key \(keyId); the group in force has \(ids)")
        }
        let ticket = VT1Ticket(
            keyID: keyId, kind: isPass ? .pass : .singleRide, card: number,
            validFrom: validFrom ?? UInt32(clamping: now.seconds), lifetimeSeconds: lifetimeS, nonce: nonce)
        let codec = VT1Codec(authenticator: Libcrypto(), secret: configuration.policy.tickets.secret)
        guard let text = codec.text(of: ticket, key: key) else {
            throw CommandFailure(.software, "no text for the card \(card)")
        }
        return text
    }
}
