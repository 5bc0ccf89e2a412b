import Base
import CGPS
import Glibc
import OperatingSystem
import ValidatorCore

/// A connection to gpsd, by libgps(3).
@safe struct GPSConnection: ~Copyable {
    enum Message {
        case report(Fix)
        /// Something else that gpsd tells: its version, its devices, the satellites.
        case other
        /// Nothing is there any more.
        case drained
        case closed
    }

    /// Why there is no connection.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let handle: OpaquePointer

    /// Blocks while connecting, so only for a host that answers at once: this machine. Asks for reports in JSON.
    init(host: String, port: Int) throws(Failure) {
        guard let handle = unsafe cgps_open(host, String(port)) else {
            throw Failure(description: unsafe String(cString: cgps_error_text(errno)))
        }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe cgps_close(handle) }

    /// The socket under a second descriptor, which may outlive the connection until Dispatch has let go of it.
    func duplicateDescriptor() throws(SystemError) -> FileDescriptor {
        let copy = fcntl(unsafe cgps_descriptor(handle), F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SystemError.last("duplicate the descriptor of gpsd") }
        return FileDescriptor(owning: copy)
    }

    /// Takes one message, without waiting. To be called until nothing is left: libgps keeps what it read ahead.
    func next() -> Message {
        var report = cgps_report()
        return switch unsafe cgps_next(handle, &report) {
        case cgps_reported: .report(Fix(report, receiver: unsafe String(cString: cgps_device(handle))))
        case cgps_other: .other
        case cgps_drained: .drained
        default: .closed
        }
    }
}

extension Fix {
    /// What is no number, or no place on Earth, is not there. 0, 0 is what receivers say that know nothing.
    init(_ report: cgps_report, receiver: String) {
        let isPlace =
            abs(report.latitude) <= 90 && abs(report.longitude) <= 180
            && (report.latitude != 0 || report.longitude != 0)
        let quality = isPlace ? Quality(rawValue: Int(report.mode)) ?? .none : .none
        let hasTime = report.has_time && (1..<253_402_300_800).contains(report.seconds)
        let kilometresPerHour = report.speed * 3.6
        let hasTrack = report.track.isFinite && (0...360).contains(report.track)
        // Where the receiver has not told a speed yet gpsd makes one of two positions, without a track: noise, while the bus stands.
        let hasSpeed =
            kilometresPerHour.isFinite && kilometresPerHour >= 0 && (hasTrack || kilometresPerHour < Limits.walkingPace)
        self.init(
            receiver: receiver, quality: quality,
            position: quality == .none
                ? nil
                : Position(
                    latitude: report.latitude, longitude: report.longitude,
                    speedKilometresPerHour: hasSpeed ? kilometresPerHour : nil,
                    course: hasTrack ? report.track.truncatingRemainder(dividingBy: 360) : nil),
            time: hasTime ? WallTime(milliseconds: report.seconds * 1000 + report.nanoseconds / 1_000_000) : nil,
            errorMetres: report.error.isFinite ? report.error : nil,
            // What gpsd calls a fix of the time only is a position that was surveyed or entered by hand.
            isInvented: [STATUS_SIM, STATUS_TIME].contains(report.status))
    }
}
