@testable import validatord

extension FuzzTarget {
    /// What ModemManager prints, and through it a modem and a network: what is unknown is nil, and a signal is a percentage.
    static let modemReport = FuzzTarget(name: "modem-report") { input in
        _ = ModemReport.isEmptyList(input)
        let iccid = ModemReport.iccid(sim: input)
        let report = ModemReport(modem: input)
        let texts = [iccid, report?.state, report?.failure, report?.imei, report?.operatorName, report?.technology, report?.sim]
        for case let text? in texts { try require(!text.isEmpty && text != "--", "\(text) is known") }
        try require(report?.sim != "/", "D-Bus's path of nothing is a SIM card")
        try require(report?.signalPercent.map { (0...100).contains($0) } ?? true, "a signal of \(report?.signalPercent ?? -1) %")
    }
}
