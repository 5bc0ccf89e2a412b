import Dispatch
import FaultProxy
import Glibc
import Kernel
import OperatingSystem
import Testing

import class Foundation.FileManager
import class Foundation.Process
import struct Foundation.URL

/// A real gpsd on a pseudo-terminal that is fed with NMEA sentences, ten times a second so that tests are short.
final class GPSDaemon {
    enum Scene: Sendable {
        case fix, noFix, withoutTime
    }

    let port: Int
    private let terminal: PseudoTerminal
    private var process: Process?
    private let timer: any DispatchSourceTimer
    private var scene: Scene?
    private var second = 0

    init() throws {
        SignalSource.ignoreBrokenPipes()
        port = try Socket.listening().port
        terminal = try PseudoTerminal()
        // gpsd drops its privileges before it opens the device.
        try #require(unsafe chmod(terminal.path, 0o666) == 0)
        timer = DispatchSource.makeTimerSource(queue: .main)
        timer.setEventHandler { [weak self] in self?.tick() }
        timer.schedule(deadline: .now(), repeating: .milliseconds(100))
        timer.activate()
        try launch()
    }

    isolated deinit {
        timer.cancel()
        kill()
    }

    func launch() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/gpsd")
        process.arguments = ["-N", "-n", "-S", String(port), terminal.path]
        process.standardError = nil
        try process.run()
        self.process = process
    }

    func kill() {
        guard let process else { return }
        _ = Glibc.kill(process.processIdentifier, SIGKILL)
        self.process = nil
    }

    /// What the receiver sends from now on; nil is nothing.
    func feed(_ scene: Scene?) {
        self.scene = scene
    }

    private func tick() {
        guard let scene else { return }
        second = (second + 1) % 60
        // A terminal that nobody reads fills up; the receiver goes on talking.
        _ = terminal.controller.write(Self.epoch(scene, second: second).span)
    }

    /// What a receiver says in a second of the minute.
    static func epoch(_ scene: Scene, second: Int) -> [UInt8] {
        let time = second < 10 ? "01020\(second)" : "0102\(second)"
        let sentences =
            switch scene {
            case .fix:
                [
                    "GPRMC,\(time).00,A,3113.8220,N,12128.2360,E,021.6,084.4,220926,,,A",
                    "GPGGA,\(time).00,3113.8220,N,12128.2360,E,1,08,0.9,15.0,M,8.0,M,,",
                ]
            case .noFix: ["GPRMC,\(time).00,V,,,,,,,220926,,,N", "GPGGA,\(time).00,,,,,0,00,99.9,,,,,,"]
            case .withoutTime: ["GPGLL,3113.8220,N,12128.2360,E,,A,A", "GPGGA,,3113.8220,N,12128.2360,E,1,08,0.9,15.0,M,8.0,M,,"]
            }
        return sentences.flatMap(line)
    }

    /// With its checksum.
    static func line(_ sentence: String) -> [UInt8] {
        let sum = String(sentence.utf8.reduce(0, ^), radix: 16, uppercase: true)
        return Array("$\(sentence)*\(sum.count < 2 ? "0" + sum : sum)\r\n".utf8)
    }
}
