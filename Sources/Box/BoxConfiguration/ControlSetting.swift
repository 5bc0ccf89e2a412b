import Base
import ControlProtocol
import Logging
import TomlConfiguration

/// A setting that `validatorctl set` changes, until the next restart.
public enum ControlSetting: Hashable, Sendable {
    case reportInterval(Duration)
    case parkedInterval(Duration)
    case logLevel(Logger.Level)
    case volumePercent(Int)

    /// `key` is a path of the configuration file. Throws when there is no such key, when it cannot change while the
    /// program runs, and when the value is none for it.
    public init(key: String, value: String) throws(ControlError) {
        switch ChangeableSetting(rawValue: key) {
        case .reportInterval:
            self = .reportInterval(.seconds(try Self.integer(key, value, in: Configuration.GPS.reportIntervalRange)))
        case .parkedInterval:
            self = .parkedInterval(.seconds(try Self.integer(key, value, in: Configuration.GPS.parkedIntervalRange)))
        case .volumePercent:
            self = .volumePercent(try Self.integer(key, value, in: Configuration.Indicators.volumeRange))
        case .logLevel:
            guard let level = Logger.Level(rawValue: value) else {
                let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw ControlError(.badArgument, "\(key): \"\(value)\" is unknown; one of \(levels)")
            }
            self = .logLevel(level)
        case nil:
            throw Self.refusal(of: key)
        }
    }

    private static func integer(_ key: String, _ value: String, in range: ClosedRange<Int>) throws(ControlError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw ControlError(
                .badArgument, "\(key): \"\(value)\" must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func refusal(of key: String) -> ControlError {
        let names = Configuration.keys
        let name = Configuration.keyWithoutIndex(key)
        if names.contains(name) {
            let changeable = ChangeableSetting.allCases.map(\.rawValue).sorted().joined(separator: ", ")
            return ControlError(
                .refused,
                "\(key) cannot change while validatord runs; edit the configuration file and restart it "
                    + "(what can: \(changeable))")
        }
        let hint = nearestName(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
        return ControlError(.badArgument, "there is no setting \(key)\(hint)")
    }
}
