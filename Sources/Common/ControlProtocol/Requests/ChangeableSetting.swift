/// The settings that `set` can change while the daemon runs, by their paths in the configuration file.
public enum ChangeableSetting: String, CaseIterable, Sendable {
    case reportInterval = "gps.report_interval_s"
    case parkedInterval = "gps.parked_interval_s"
    case volumePercent = "indicators.volume_percent"
    case logLevel = "log.level"
}
