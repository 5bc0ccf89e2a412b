import Base

/// What the hub tells of itself at `/metrics`. No label holds a device's id, or anything else that is without bound.
public struct HubMetrics: Sendable {
    public let registry = MetricRegistry()
    /// By `call` and `ret_code`.
    public let requests: Counter
    /// By `call`, in seconds, from the request's arrival to its answer.
    public let requestDuration: Histogram
    /// In seconds.
    public let commitDuration: Histogram
    /// Requests that shared one commit.
    public let commitRequests: Histogram
    /// By `result`: `taken`, `duplicate`.
    public let records: Counter
    /// Records that were taken and put aside, by `reason`.
    public let setAside: Counter
    /// Records that are aside.
    public let setAsideWaiting: Gauge
    /// By `list` (`cards`, `increment`, `line`) and `coding` (`gzip`, `identity`).
    public let listDownloads: Counter
    /// Of lists, as they went out; labels as of `listDownloads`.
    public let listBytes: Counter
    /// By `list` and `state` (`all`, `told`, `fetched`, `adopted`): devices that are to have the list in force, and how far they are.
    public let listDevices: Gauge
    /// Requests that were refused, by `ret_code`.
    public let refused: Counter
    /// Requests whose sender did not prove who it is.
    public let unauthenticated: Counter
    /// Alarms of two boxes under one identity.
    public let sharedIdentities: Counter
    public let devices = RecentDevices()

    /// - Parameter now: a clock, for the devices that were seen.
    public init(version: String, now: @escaping @Sendable () -> Instant) {
        requests = registry.counter("validator_hub_requests_total", "Calls answered.", labels: ["call", "ret_code"])
        requestDuration = registry.histogram(
            "validator_hub_request_duration_seconds", "From a call's arrival to its answer.", labels: ["call"],
            bounds: Histogram.requestSeconds)
        commitDuration = registry.histogram(
            "validator_hub_commit_duration_seconds", "Work and commit of a batch of requests.", bounds: Histogram.requestSeconds)
        commitRequests = registry.histogram(
            "validator_hub_commit_requests", "Requests that shared one commit.",
            bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
        records = registry.counter(
            "validator_hub_records_total", "Records of taps that came in, by whether they were known.", labels: ["result"])
        setAside = registry.counter(
            "validator_hub_set_aside_total", "Records that were taken and put aside, since they could not be settled.",
            labels: ["reason"])
        setAsideWaiting = registry.gauge("validator_hub_set_aside_waiting", "Records that wait aside for the operator.")
        listDownloads = registry.counter("validator_hub_list_downloads_total", "Lists sent.", labels: ["list", "coding"])
        listBytes = registry.counter("validator_hub_list_bytes_total", "Bytes of lists sent.", labels: ["list", "coding"])
        listDevices = registry.gauge(
            "validator_hub_list_devices", "Devices that are to have the list in force, and how far they are.",
            labels: ["list", "state"])
        refused = registry.counter("validator_hub_refused_total", "Calls refused.", labels: ["ret_code"])
        unauthenticated = registry.counter(
            "validator_hub_unauthenticated_total", "Calls whose sender did not prove who it is.")
        sharedIdentities = registry.counter(
            "validator_hub_shared_identities_total", "Alarms of two boxes that call under one identity, one an hour each.")
        registry.reading("validator_hub_build_info", "The release.", labels: [("version", version)]) { 1 }
        registry.reading("validator_hub_devices_seen", "Devices that called within the last minute.") { [devices] in
            Double(devices.count(at: now()))
        }
    }
}
