import Fares
import HubDomain
import PlatformAPI

/// The hub's answers as bytes.
extension ReplyWriter {
    func refusal(_ refusal: Refusal) -> [UInt8] {
        verdict(.init(code: refusal.code.rawValue, message: refusal.message))
    }

    func checked(_ reason: Reason, soundNumber: Int) -> [UInt8] {
        check(
            PlatformReply.CheckReply(
                verdict: .init(code: ReturnCode(reason).rawValue, message: reason.message), soundNumber: soundNumber))
    }

    func relayed(_ answer: PlatformAnswer) -> [UInt8] {
        check(.init(verdict: .init(code: answer.code, message: answer.message), soundNumber: answer.soundNumber))
    }

    func logged() -> [UInt8] {
        verdict(.init(code: ReturnCode.success.rawValue, message: Reason.ok.message))
    }
}
