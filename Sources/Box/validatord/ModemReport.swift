import JSON

/// What ModemManager says of a modem and its SIM card, as `mmcli --output-json` prints it (mmcli(1), ModemManager 1.10 and later).
/// What it does not know it prints as `--`; that is nil here.
nonisolated struct ModemReport: Hashable, Sendable {
    /// ModemManager's word: `connected`, `registered`, `searching`, `locked`, `disabled`, `failed`, …
    var state: String
    /// Why the state is `failed`: `sim-missing`, say.
    var failure: String?
    var imei: String?
    /// The name of the operator's network, or its number.
    var operatorName: String?
    /// `lte`, `umts`, `5gnr`; several are joined by commas.
    var technology: String?
    var signalPercent: Int?
    /// D-Bus path of the SIM card.
    var sim: String?

    /// Of `mmcli --modem=… --output-json`; nil when that is not what it is.
    init?(modem output: [UInt8]) {
        guard let modem = (try? JSONValue(parsing: output))?["modem"], let generic = modem["generic"],
            let state = Self.known(generic["state"])
        else { return nil }
        self.state = state
        failure = Self.known(generic["state-failed-reason"])
        let cellular = modem["3gpp"]
        imei = Self.known(cellular?["imei"]) ?? Self.known(generic["equipment-identifier"])
        operatorName = Self.known(cellular?["operator-name"]) ?? Self.known(cellular?["operator-code"])
        let technologies = (generic["access-technologies"]?.array ?? []).compactMap(Self.known)
        technology = technologies.isEmpty ? nil : technologies.joined(separator: ",")
        signalPercent = Self.known(generic["signal-quality"]?["value"]).flatMap { Int($0) }.flatMap {
            (0...100).contains($0) ? $0 : nil
        }
        // A modem that is not on the network has a signal from before.
        if !["registered", "connecting", "connected", "disconnecting", "searching"].contains(state) { signalPercent = nil }
        // "/" is D-Bus's path of nothing.
        sim = Self.known(generic["sim"]).flatMap { $0 == "/" ? nil : $0 }
    }

    /// The number printed on the SIM card, of `mmcli --sim=… --output-json`.
    static func iccid(sim output: [UInt8]) -> String? {
        known((try? JSONValue(parsing: output))?["sim"]?["properties"]?["iccid"])
    }

    /// True for `mmcli --list-modems --output-json` when ModemManager runs and knows no modem.
    static func isEmptyList(_ output: [UInt8]) -> Bool {
        (try? JSONValue(parsing: output))?["modem-list"]?.array?.isEmpty == true
    }

    private static func known(_ value: JSONValue?) -> String? {
        guard let text = value?.string, !text.isEmpty, text != "--" else { return nil }
        return text
    }
}
