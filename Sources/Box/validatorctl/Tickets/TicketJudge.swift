import Base
import ControlProtocol
import Cryptography
import Fares
import OperatingSystem

/// Explains codes without a running validatord: by keys that somebody names, and by the settings of the box's configuration as far as
/// it can be read. It knows of no list and of no used ride.
struct TicketJudge {
    private let settings: TicketSettingsFile
    private var roots = RootKeySet()
    private var keys = KeyRing()
    private var basis = TicketReport.Basis()

    /// - Parameters:
    ///   - configuration: of validatord, whose mistakes about codes are errors.
    ///   - mayBeMissing: the defaults hold where there is no such file.
    ///   - rootsFile: nil: the one that the configuration names, if it can be read.
    ///   - keysFile: nil: without ticket keys, which the box has from its platform.
    init(
        configuration: String, mayBeMissing: Bool = false, rootsFile: String?, keysFile: String?
    ) throws(ControlFailure) {
        settings = try TicketSettingsFile(path: configuration, mayBeMissing: mayBeMissing)
        basis.settings = settings.isRead ? configuration : nil
        if let rootsFile {
            (roots, basis.roots) = (try Self.roots(rootsFile), rootsFile)
        } else if let found = try? Self.roots(settings.rootsFile) {
            (roots, basis.roots) = (found, settings.rootsFile)
        }
        basis.rootsVersion = roots.version
        guard let keysFile else { return }
        // With the wrong keys every good ticket would pass for forged.
        guard !settings.lacksSecret else {
            throw .cannotRead(
                "tickets.secret_file of \(configuration) cannot be read; be root, or name another file with --config")
        }
        let group = try TicketKeyFile.read(keysFile)
        keys.adopt(group, at: nil)
        (basis.keys, basis.keysVersion) = (keysFile, group.version)
    }

    /// - Parameter time: nil: the present one, by the system's clock.
    func report(on code: [UInt8], at time: WallTime?) -> TicketReport {
        let now = time ?? Clocks.now().system
        var reader = TicketReader(settings.tickets, Libcrypto())
        let explanation = reader.explain(
            code,
            under: TicketCircumstances(
                keys: keys, roots: roots, timeForStart: now, timeForEnd: now, skew: settings.tickets.skew))
        let reason =
            if let explanation {
                explanation.fault.map { Reason($0) } ?? .ok
            } else {
                settings.unknown == .online ? Reason.platformUnreachable : .malformedTicket
            }
        var report = TicketReport(
            of: code, explanation, otherCodec: TicketReader(TicketSettings(), Libcrypto()).kind(of: code), reason: reason,
            masksCards: settings.masksCards)
        if explanation == nil { report.unknown = settings.unknown.rawValue }
        (report.time, report.clock) = (now, time == nil ? ClockSource.system.name : TicketReport.givenTime)
        report.basis = basis
        return report
    }

    private static func roots(_ path: String) throws(ControlFailure) -> RootKeySet {
        let file = try WholeFile.read(path, limit: RootKeySet.maximumFileSize)
        do throws(RootKeyError) {
            return try RootKeySet(file: file, verifier: Libcrypto())
        } catch {
            throw .badData("\(path): \(error)")
        }
    }
}
