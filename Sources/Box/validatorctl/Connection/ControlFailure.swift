import Base
import Glibc

/// Why a command came to nothing, with the exit code of sysexits(3).
enum ControlFailure: Error, Hashable, CustomStringConvertible {
    case unreachable(socket: String, reason: String)
    case notPermitted(socket: String)
    /// The daemon understood and did not do it.
    case refused(String)
    /// The daemon did not take the arguments.
    case badArgument(String)
    /// Not the protocol that this program speaks.
    case unintelligible(String)
    case cannotWrite(String)
    case cannotRead(String)
    /// A file that is not what it should be.
    case badData(String)
    /// Mistakes in a configuration file, a line each.
    case badConfiguration(String)
    /// What is to be written must be sealed, and nobody has said with what.
    case passphraseNeeded
    case hubUnreachable(String)
    /// It wants to be asked later.
    case hubBusy(String)
    /// It will not take this code, however often it is asked.
    case codeRefused(String)
    /// A self-test that has told what failed.
    case failedTest

    var exitCode: Int32 {
        switch self {
        case .unreachable: 69
        case .notPermitted: 77
        case .refused: 1
        case .badArgument: 64
        case .unintelligible: 70
        case .cannotWrite: 73
        case .cannotRead: 66
        case .badData: 65
        case .badConfiguration: 78
        case .failedTest: 1
        case .passphraseNeeded: 64
        case .hubUnreachable: 69
        case .hubBusy: 75
        case .codeRefused: 77
        }
    }

    var description: String {
        switch self {
        case .unreachable(let socket, let reason):
            "validatord is not reachable on \(socket): \(reason); is validatord running? systemctl status validator"
        case .notPermitted(let socket):
            "\(socket): permission denied; run this as root or as a member of the socket's group (ls -l \(socket))"
        case .refused(let text), .badArgument(let text), .cannotWrite(let text), .cannotRead(let text),
            .badData(let text), .badConfiguration(let text), .hubUnreachable(let text), .hubBusy(let text),
            .codeRefused(let text):
            text
        case .passphraseNeeded: "a passphrase is needed: --passphrase-file FILE"
        case .failedTest: "a part of the box has failed; see the lines with FAIL"
        case .unintelligible(let text):
            "validatord's answer is not understood: \(text); are validatord and validatorctl of the same release?"
        }
    }

    /// Says it on standard error.
    func tell() {
        var line = Array("validatorctl: \("\(self)".printableLines)\n".utf8)
        _ = unsafe write(2, &line, line.count)
    }
}
