import Base
import CLinux
import ControlProtocol
import Glibc

/// Tells the box's log what was done beside validatord, and by whom: over the control socket, and where nobody answers there, the
/// system's log.
enum AuditTrail {
    static func tell(_ event: AuditEvent, _ detail: String = "", socket: String) {
        // Whole scalars only.
        var detail = String(detail.unicodeScalars.prefix(AuditEvent.maximumDetail))
        while detail.utf8.count > AuditEvent.maximumDetail { detail.unicodeScalars.removeLast() }
        do throws(ControlFailure) {
            var connection = try ControlConnection(socket: socket, timeoutSeconds: 2)
            _ = try connection.ask(.audit(event, detail: detail))
        } catch {
            let level = event == .wrongPIN ? LOG_WARNING : LOG_INFO
            let what = event.rawValue + (detail.isEmpty ? "" : " detail=\(detail.logField)")
            unsafe clinux_syslog(level, "validatorctl", "audit \(what) by uid=\(getuid()) pid=\(getpid())")
        }
    }
}
