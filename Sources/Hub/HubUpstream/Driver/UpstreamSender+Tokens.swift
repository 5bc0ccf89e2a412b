import Base
import OperatingSystem
import PlatformAPI

/// Calls for which the platform wants a token.
extension UpstreamSender {
    /// Asks with the token of a device; where that is refused, once more with a fresh one.
    func ask(
        as upstreamID: String, _ content: (_ token: String) -> PlatformRequest.Content
    ) async throws(ListSetback) -> PlatformReply {
        let used = Clocks.now().instant
        var outcome = await ask(content(try await token(of: upstreamID)), as: upstreamID)
        if isTokenRefused(outcome), tokens.refused(of: upstreamID, usedSince: used) {
            outcome = await ask(content(try await token(of: upstreamID)), as: upstreamID)
        }
        switch outcome {
        case .success(let reply):
            noteReply(at: Clocks.now().instant)
            let verdict = reply.verdictOfAnyCall
            guard verdict.code != 0 else { return reply }
            let text = "the platform refuses it to \(upstreamID.logField): \(verdict.code) \(verdict.message.quoted)"
            throw ListSetback(reason: text, isAlarm: isTokenRefused(outcome))
        case .failure(let failure):
            throw ListSetback(reason: failure.text, retryAfter: failure.retryAfter, isAlarm: isTokenRefused(outcome))
        }
    }

    /// In its turn.
    private func ask(_ content: PlatformRequest.Content, as upstreamID: String) async -> PlatformPort.Outcome {
        while !schedule.takeUrgently(at: Clocks.now().instant) { try? await Task.sleep(for: .milliseconds(100)) }
        return await port.ask(content, as: upstreamID, at: Clocks.now().system)
    }

    /// A gateway refuses a token by its HTTP status.
    private func isTokenRefused(_ outcome: PlatformPort.Outcome) -> Bool {
        switch outcome {
        case .success(let reply): refusesToken(reply.verdictOfAnyCall.code)
        case .failure(let failure): failure.status == 401 || failure.status == 403
        }
    }

    private func refusesToken(_ code: Int) -> Bool {
        code != 0 && (settings.tokenRefusedCodes.isEmpty || settings.tokenRefusedCodes.contains(code))
    }

    /// One call at a time for each device.
    private func token(of upstreamID: String) async throws(ListSetback) -> String {
        if let token = tokens.token(of: upstreamID, at: Clocks.now().instant) { return token }
        let call =
            tokenCalls[upstreamID]
            ?? Task {
                defer { tokenCalls[upstreamID] = nil }
                return await fetchToken(of: upstreamID)
            }
        tokenCalls[upstreamID] = call
        return try await call.value.get()
    }

    private func fetchToken(of upstreamID: String) async -> Result<String, ListSetback> {
        switch await ask(.token, as: upstreamID) {
        case .success(.token(let verdict, let token)):
            guard verdict.code == 0, let token else {
                let text = "the platform refuses \(upstreamID.logField) a token: \(verdict.code) \(verdict.message.quoted)"
                return .failure(ListSetback(reason: "\(text); check upstream.token", isAlarm: true))
            }
            tokens.learn(token, of: upstreamID, at: Clocks.now().instant)
            return .success(token.text)
        case .success: return .failure(ListSetback(reason: "the platform's answer to the token call is none"))
        case .failure(let failure):
            return .failure(ListSetback(reason: "no token: \(failure.text)", retryAfter: failure.retryAfter))
        }
    }
}
