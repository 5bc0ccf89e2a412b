import ArgumentParser
import Base
import Fares
import Glibc
import OperatingSystem

/// `print-ticket --transport`: what a test code says, and how it is put out.
struct TransportTicketOptions: ParsableArguments {
    @Flag(
        name: .customLong("transport"),
        help: "A test code of the transport ministry's form instead, under this hub's test root (validator-hub test-root).")
    var isWanted = false
    @Option(help: "--transport: how long the code is good, in seconds, 1200 at most. (default: 60)") var validityS: Int?
    @Option(help: "--transport: for how long from then on the phone may make codes, in seconds. (default: 86400)")
    var authorisationS: Int?
    @Option(help: "--transport: what the ride may cost at most, in fen. (default: 2000)") var maximumFen: Int?
    @Option(help: "--transport: when it was made, in seconds since 1970. (default: now)") var issued: UInt32?
    @Flag(name: .customLong("hex"), help: "--transport: hexadecimal digits instead of base64.") var isHexadecimal = false
    @Option(help: "--transport: a file for the code's bytes as they are, instead of text; - for standard output.") var output:
        String?

    /// One that means nothing without `--transport`.
    var lonelyOption: String? {
        if isWanted { return nil }
        let given = [
            ("--validity-s", validityS != nil), ("--authorisation-s", authorisationS != nil),
            ("--maximum-fen", maximumFen != nil), ("--issued", issued != nil), ("--hex", isHexadecimal),
            ("--output", output != nil),
        ]
        return given.first { $0.1 }?.0
    }

    func validate() throws {
        if isHexadecimal, output != nil { throw ValidationError("--hex is a text, and --output holds none") }
    }

    func terms(of card: String, now: WallTime) throws -> TestRoot.Terms {
        guard let number = CardNumber(card), number.digitCount <= 20, card.utf8.allSatisfy("0123456789".utf8.contains) else {
            throw CommandFailure(.usage, "--card \(card) is not 1 to 20 decimal digits")
        }
        let made = issued.map { WallTime(seconds: Int64($0)) } ?? WallTime(seconds: now.seconds)
        return TestRoot.Terms(
            card: number, made: made, validitySeconds: try amount(validityS, 60, in: 0...1200, "--validity-s"),
            authorisationSeconds: try amount(
                authorisationS, 86400, in: 0...(Int(UInt32.max) - Int(made.seconds)), "--authorisation-s"),
            maximumFen: try amount(maximumFen, 2000, in: 0...0xFF_FFFF, "--maximum-fen"))
    }

    private func amount(_ given: Int?, _ standard: Int, in range: ClosedRange<Int>, _ option: String) throws -> Int {
        let amount = given ?? min(standard, range.upperBound)
        guard range.contains(amount) else {
            throw CommandFailure(.usage, "\(option) \(amount) is not \(range.lowerBound) to \(range.upperBound)")
        }
        return amount
    }

    func give(_ code: [UInt8]) throws {
        guard let output else { return try Terminal.print(isHexadecimal ? hexadecimal(code) : base64(code)) }
        guard output != "-" else {
            guard case .written(code.count) = writeBytes(STDOUT_FILENO, code.span) else {
                throw CommandFailure(.cannotCreate, "standard output cannot be written")
            }
            return
        }
        do throws(SystemError) {
            let file = try FileDescriptor.open(output, O_WRONLY | O_CREAT | O_TRUNC)
            // Whoever reads it rides on a box that takes tests, also where the file was there before.
            var status = stat()
            let isFile = unsafe fstat(file.raw, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            guard !isFile || fchmod(file.raw, 0o600) == 0 else { throw SystemError.last("protect \(output)") }
            guard case .written(code.count) = file.write(code.span) else { throw SystemError.last("write \(output)") }
        } catch {
            throw CommandFailure(.cannotCreate, "\(error)")
        }
    }
}
