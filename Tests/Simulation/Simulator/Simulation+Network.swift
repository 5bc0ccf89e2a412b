import Base
import PlatformAPI

/// Between the box and the platform.
extension Simulation {
    func transmit(_ exchange: Exchange) {
        let sent = exchange.sent
        let timeout = sent + exchange.request.timeout
        func fail(_ kind: ExchangeFailure.Kind, at time: Instant) {
            consequences.add(.outcome(exchange, .failure(ExchangeFailure(kind, weather.rawValue + " weather"))), at: time)
        }
        switch weather {
        case .calm: consequences.add(.arrival(exchange), at: sent + linkRandom.seconds(0.01...0.1))
        case .lossy:
            if linkRandom.chance(0.15) { return fail(.timeout, at: timeout) }
            consequences.add(.arrival(exchange), at: sent + linkRandom.seconds(0.02...0.6))
        case .down:
            linkRandom.chance(0.5) ? fail(.connection, at: sent + linkRandom.seconds(0.005...0.5)) : fail(.timeout, at: timeout)
        case .sick:
            if linkRandom.chance(0.4) { return fail(.status, at: sent + linkRandom.seconds(0.01...0.3)) }
            consequences.add(.arrival(exchange), at: sent + linkRandom.seconds(0.01...0.3))
        }
    }

    func arrive(_ exchange: Exchange) {
        let timeout = exchange.sent + exchange.request.timeout
        guard platform.isRunning, !platform.isAboutToCrash else {
            guard platform.isAboutToCrash, sabotage == .hubAnswersBeforeCommit, exchange.isUpload else {
                return consequences.add(
                    .outcome(exchange, .failure(ExchangeFailure(.timeout, "no reply"))), at: max(now, timeout))
            }
            let reply: PlatformReply =
                if case .log = exchange.request.content { .log(.good) } else { .check(.init(verdict: .good, soundNumber: 0)) }
            return consequences.add(.outcome(exchange, .success(reply)), at: now)
        }
        let reply = platform.reply(to: exchange.request, at: now)
        observeArrival(of: exchange, reply)
        var result = Result<PlatformReply, ExchangeFailure>.success(reply)
        var returned = now + linkRandom.seconds(weather == .lossy ? 0.02...3 : 0.01...0.15)
        if weather == .lossy || weather == .down, linkRandom.chance(0.15) {
            (result, returned) = (.failure(ExchangeFailure(.timeout, "the reply is lost")), max(now, timeout))
        } else if weather == .sick, linkRandom.chance(0.3) {
            result = .failure(ExchangeFailure(.undecodable, "cut off or garbled"))
        } else if returned > timeout, linkRandom.chance(0.8) {
            // The rest arrives too late all the same: the box must not mind.
            (result, returned) = (.failure(ExchangeFailure(.timeout, "the reply is late")), max(now, timeout))
        }
        consequences.add(.outcome(exchange, result), at: returned)
    }

    func end(_ exchange: Exchange, _ result: Result<PlatformReply, ExchangeFailure>) {
        guard let box, !box.isDead, box.life == exchange.life else { return }
        if exchange.isUpload { uploadsUnderWay.remove(exchange.id) } else { othersUnderWay.remove(exchange.id) }
        let request = exchange.request
        if case .success(let reply) = result {
            switch reply {
            case .heartbeat(let heartbeat):
                if exchange.isLiveHeartbeat, let orders = heartbeat.orders {
                    stateModel.tell(at: now) { orders.apply(to: &$0.modes) }
                }
            case .keys(let verdict, let group, _):
                if verdict.code == 0, let group { stateModel.tell(at: now) { $0.keys = group.version } }
            case .check(let check): if exchange.isUpload { acknowledge(request.requestID, check.verdict, box) }
            case .log(let verdict): acknowledge(request.requestID, verdict, box)
            case .list, .token: break
            }
        }
        note { "\(PlatformCall(request.content).rawValue) \(exchange.id.number): \(Self.summary(result))" }
        box.handle(.reply(exchange.id, result), at: now)
    }

    private func acknowledge(_ id: UniqueID, _ verdict: PlatformReply.Verdict, _ box: SimulatedBox) {
        if verdict.code == 0 || policy.acceptedCodes.contains(verdict.code) { acknowledged[id] = box.life }
    }

    private static func summary(_ result: Result<PlatformReply, ExchangeFailure>) -> String {
        switch result {
        case .failure(let failure): "\(failure.kind) \(failure.text)"
        case .success(.check(let reply)): "ret_code \(reply.verdict.code)"
        case .success(.log(let verdict)): "ret_code \(verdict.code)"
        case .success(.list(let reply)): "ret_code \(reply.verdict.code), version \(reply.version ?? "none")"
        case .success(.keys(let verdict, let group, _)): "ret_code \(verdict.code), version \(group?.version ?? "none")"
        case .success(.heartbeat(let reply)): "versions \(reply.orders?.versions as Any)"
        case .success(.token): "a token"
        }
    }
}
