import Base
import HubDomain
import HubStore
import PlatformAPI

/// The log's lines.
extension DeviceService {
    func note(_ note: DeviceOutcome.Note, of request: DeviceRequest) {
        switch note {
        case .registered(let id): log(.notice, "registered device=\(id.logField)")
        case .secretReplaced(let id): log(.notice, "new secret in use device=\(id.logField)")
        case .heartbeat(let id): log(.debug, "heartbeat device=\(id.logField)")
        case .record(let record): self.note(record)
        case .duplicate(.row(let row)): log(.debug, "duplicate record=\(row)")
        case .duplicate(.new): log(.debug, "duplicate req_id=\((request.requestID ?? "-").logField)")
        case .setAside(let record):
            log(
                record.duplicates == 0 ? .info : .debug,
                """
                set aside call=\(record.key.call.rawValue) device=\(record.key.deviceID.logField) reason=\(record.reason.rawValue) \
                req_id=\((request.requestID ?? "-").logField) duplicates=\(record.duplicates)
                """)
        case .refused(let refusal):
            log(
                .warning,
                """
                refused call=\(request.call.rawValue) device=\((request.deviceID ?? "-").logField) \
                ret_code=\(refusal.code.rawValue) ret_msg=\(refusal.message.quoted)
                """)
        }
    }

    private func note(_ record: TapRecord) {
        let mode = record.checkMode.map { $0 == .online ? "online" : "booking" } ?? "log"
        log(
            .info,
            """
            record call=\(record.call.rawValue) kind=\(mode) device=\(record.deviceID.logField) subject=\(shown(record.subject)) \
            status=\(record.status) reason=\(record.reason?.rawValue ?? "-") req_id=\(record.requestID.logField)
            """)
    }

    /// A subject as the log may show it: a ticket is as good as a ride, a card number names a person.
    private func shown(_ subject: String) -> String {
        (policy.masksCards ? subject.masked : String(subject.unicodeScalars.prefix(64))).logField
    }
}
