import Base
import HubMetrics
import PlatformAPI

/// What is counted of the platform in front of which the hub stands. No label holds a device's id.
struct UpstreamMetrics: Sendable {
    private let requests: Counter
    private let duration: Histogram
    private let downloads: Counter
    let stale: Counter
    let doubled: Counter
    let late: Counter
    let droppedPositions: Counter

    init(_ registry: MetricRegistry, board: UpstreamBoard, now: @escaping @Sendable () -> Instant) {
        requests = registry.counter(
            "validator_hub_upstream_requests_total", "Calls to the platform, by what came of them.", labels: ["call", "outcome"])
        duration = registry.histogram(
            "validator_hub_upstream_duration_seconds", "From a call to the platform to its reply.", labels: ["call"],
            bounds: Histogram.requestSeconds)
        downloads = registry.counter(
            "validator_hub_upstream_downloads_total", "Lists and keys of the platform, by what came of them.",
            labels: ["list", "result"])
        stale = registry.counter(
            "validator_hub_upstream_stale_replies_total", "Heartbeats answered by what the platform said over 15 minutes ago.")
        doubled = registry.counter(
            "validator_hub_upstream_possibly_doubled_total", "Calls that the platform may have taken twice under one req_id.")
        late = registry.counter(
            "validator_hub_upstream_late_answers_total", "Online checks that the platform answered when nobody waited any more.")
        droppedPositions = registry.counter(
            "validator_hub_upstream_dropped_positions_total", "Late positions that were not sent, to make room for records.")
        func gauge(_ name: String, _ help: String, _ read: @escaping @Sendable (UpstreamStatus) -> Double?) {
            registry.reading("validator_hub_upstream_\(name)", help) { [board] in read(board.status) }
        }
        gauge("waiting", "Calls that wait for the platform.") { Double($0.waiting) }
        gauge("refused", "Calls that the platform refused for good.") { Double($0.refused) }
        gauge("in_flight", "Calls to the platform under way.") { Double($0.underWay) }
        gauge("heartbeats_waiting", "Devices whose newest heartbeat is to be sent up.") { Double($0.heartbeatsWaiting) }
        gauge("held_lists", "Lists that wait for an operator.") { Double($0.heldLists) }
        gauge("breaker_open", "1 while no rider is asked about.") { $0.isBreakerOpen ? 1 : 0 }
        gauge("away", "1 while the platform does not answer.") { $0.isAway ? 1 : 0 }
        gauge("sender", "1 on the hub that sends what the store keeps.") { $0.isSender ? 1 : 0 }
        gauge("clock_offset_seconds", "How far the platform's clock is ahead.") { $0.clockOffset.map { $0 / .seconds(1) } }
        gauge("last_reply_age_seconds", "Since the platform last replied.") { status in
            status.lastReply.map { (now() - $0) / .seconds(1) }
        }
    }

    func count(_ call: PlatformCall, _ result: Result<PlatformReply, ExchangeFailure>, after time: Duration) {
        let outcome =
            switch result {
            case .success(let reply): reply.verdictOfAnyCall.code == 0 ? "accepted" : "refused"
            case .failure(let failure): failure.isOfLink ? "no_reply" : "unusable"
            }
        requests.add(1, call.rawValue, outcome)
        if case .success = result { duration.observe(time, call.rawValue) }
    }

    func countDownload(_ list: String, _ result: String) { downloads.add(1, list, result) }
}
