import Base
import HubDomain
import HubServices
import OperatingSystem
import PlatformAPI

/// Online checks, and the first heartbeat of a device: what somebody waits for.
extension UpstreamSender {
    func check(_ call: ForwardedCall, until deadline: Instant) async -> UpstreamCheck {
        let now = Clocks.now().instant
        guard !isStopped else { return .away("the hub stops") }
        guard !checks.isFull else { return .away("\(RiderChecks.limit) riders wait for the platform already") }
        guard breaker.allowsCheck(at: now) else { return .away("the platform did not answer the last riders") }
        guard schedule.takeUrgently(at: now) else { return .away("more riders than upstream.max_requests_per_s") }
        return await withCheckedContinuation { continuation in
            ask(call, until: deadline) { [weak self] outcome in
                continuation.resume(returning: self?.conclude(outcome) ?? .away("the hub stops"))
            } late: { [weak self] outcome in
                self?.takeLate(outcome, to: call)
            }
        }
    }

    /// - Parameter outcome: nil when the time is over.
    private func conclude(_ outcome: PlatformPort.Outcome?) -> UpstreamCheck {
        let now = Clocks.now()
        defer { board.update { $0.isBreakerOpen = !breaker.isClosed(at: now.instant) } }
        switch outcome {
        case .success(let reply):
            breaker.succeeded()
            noteReply(at: now.instant)
            return .answered(PlatformAnswer(reply, received: now.system))
        case .failure(let failure):
            breaker.failed(at: now.instant)
            notices.tell(.warning, .checks, "a rider is not asked about: \(failure.text)", at: now.instant)
            return .away(failure.text)
        case nil:
            breaker.failed(at: now.instant)
            let text = "no answer in \(settings.onlineTimeout.wholeMilliseconds) ms"
            notices.tell(.warning, .checks, "a rider is not asked about: \(text)", at: now.instant)
            return .away(text)
        }
    }

    /// Nobody waits any more, but the ride may have been booked.
    private func takeLate(_ outcome: PlatformPort.Outcome, to call: ForwardedCall) {
        guard case .success(let reply) = outcome else { return }
        schedule.queue.doubt(call.key)
        metrics.late.add()
        let answer = PlatformAnswer(reply, received: Clocks.now().system)
        Task { [onLateAnswer] in await onLateAnswer(call, answer) }
    }

    func firstOrders(_ heartbeat: ForwardedCall, until deadline: Instant) async {
        let id = heartbeat.key.deviceID
        if await recallOrders(of: id) {
            _ = schedule.heartbeats.add(heartbeat)
            return pump()
        }
        let now = Clocks.now()
        guard !isStopped, board.orders(of: id) == nil, !checks.isFull, schedule.outage.mayTry(at: now.instant),
            schedule.takeUrgently(at: now.instant)
        else { return }
        await withCheckedContinuation { continuation in
            ask(heartbeat, until: deadline) { [weak self] outcome in
                if let outcome { self?.takeFirst(outcome, of: id, sent: now.system) }
                continuation.resume()
            } late: { [weak self] outcome in
                self?.takeFirst(outcome, of: id, sent: now.system)
            }
        }
    }

    /// The device may have called another hub before.
    private func recallOrders(of deviceID: String) async -> Bool {
        let name = UpstreamDocument.heartbeatReply(deviceID: deviceID).name
        guard let document = try? await forwards.document(name),
            let said = DeviceOrders(json: document.body, received: document.changed)
        else { return false }
        if board.orders(of: deviceID) == nil { _ = board.set(said, of: deviceID) }
        return true
    }

    private func takeFirst(_ outcome: PlatformPort.Outcome, of deviceID: String, sent: WallTime) {
        let now = Clocks.now()
        switch outcome {
        case .success(let reply):
            noteReply(at: now.instant)
            learn(reply, of: deviceID, sent: sent, at: now)
        case .failure(let failure): noteFailure(failure, of: .heartbeat, at: now.instant)
        }
    }

    /// - Parameters:
    ///   - inTime: is called once: with what came, or with nil when the time is over.
    ///   - late: is called with what came after that.
    private func ask(
        _ call: ForwardedCall, until deadline: Instant, inTime: @escaping (PlatformPort.Outcome?) -> Void,
        late: @escaping (PlatformPort.Outcome) -> Void
    ) {
        let number = checks.begin(until: deadline, resume: inTime)
        do throws(FieldError) {
            try port.forward(
                call.fields, as: call.key, from: try identities.upstreamID(of: call.key.deviceID), for: .rider
            ) { [weak self] outcome in
                guard let self else { return }
                if case .failure(let failure) = outcome, failure.mayHaveActed, call.key.call != .heartbeat {
                    schedule.queue.doubt(call.key)
                }
                if let waiter = checks.end(number) { waiter.resume(outcome) } else { late(outcome) }
                pump()
            }
        } catch {
            _ = checks.end(number)
            inTime(.failure(ExchangeFailure(.undecodable, error.description)))
        }
        pump()
    }

    func expireChecks(at now: Instant) {
        for waiter in checks.expire(at: now) { waiter.resume(nil) }
    }
}
