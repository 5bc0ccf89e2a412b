import Base
import Kernel
import OperatingSystem

/// A satellite receiver on a bus that drives `Route`: one group of sentences a second, for gpsd to read.
@MainActor
final class ReceiverStandIn {
    var reception = Reception.fix

    private let port: SerialPortStandIn
    private let start = Clocks.now().instant
    private var timer: OneShotTimer?

    init(path: String) {
        // A receiver of this kind ignores what gpsd asks it.
        port = SerialPortStandIn(path: path) { _ in }
        timer = OneShotTimer { [weak self] in self?.report() }
    }

    func plug() throws(SystemError) {
        try port.plug()
        report()
    }

    func unplug() {
        timer?.cancel()
        port.unplug()
    }

    private func report() {
        let now = Clocks.now()
        let motion = Route.motion(after: now.instant - start)
        port.write(Array(NMEA.sentences(motion, time: now.system, reception: reception).utf8))
        timer?.schedule(after: .seconds(1))
    }
}
