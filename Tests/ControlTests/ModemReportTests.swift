import Testing

@testable import validatord

@Suite("what ModemManager says")
struct ModemReportTests {
    /// A Telit LE910C4 abroad, as mmcli printed it (shortened by members that are not read).
    private static let connected = """
        {"modem":{"3gpp":{"5gnr":{"registration-settings":{"drx-cycle":"--","mico-mode":"--"}},"enabled-locks":["fixed-dialing"],\
        "imei":"353338976168895","operator-code":"26202","operator-name":"vodafone.de","packet-service-state":"attached",\
        "pco":"--","registration-state":"roaming"},"cdma":{"activation-state":"--","esn":"--"},\
        "dbus-path":"/org/freedesktop/ModemManager1/Modem/0","generic":{"access-technologies":["lte"],\
        "bearers":["/org/freedesktop/ModemManager1/Bearer/1"],"carrier-configuration":"default",\
        "current-capabilities":["gsm-umts, lte"],"drivers":["option","qmi_wwan"],"equipment-identifier":"353338976168895",\
        "hardware-revision":"1.20","manufacturer":"Telit","model":"LE910C4-WWXD","own-numbers":[],"plugin":"telit",\
        "ports":["cdc-wdm0 (qmi)","ttyUSB0 (ignored)","ttyUSB1 (at)","ttyUSB2 (at)","wwan0 (net)"],"power-state":"on",\
        "primary-port":"cdc-wdm0","primary-sim-slot":"1","revision":"25.30.608  1  [Nov 14 2023 07:00:00]",\
        "signal-quality":{"recent":"yes","value":"75"},"sim":"/org/freedesktop/ModemManager1/SIM/0",\
        "sim-slots":["/org/freedesktop/ModemManager1/SIM/0","/"],"state":"connected","state-failed-reason":"--",\
        "unlock-required":"sim-pin2","unlock-retries":["sim-pin (3)","sim-puk (10)"]}}}
        """

    /// Its SIM card.
    private static let sim = """
        {"sim":{"dbus-path":"/org/freedesktop/ModemManager1/SIM/0","properties":{"active":"yes","eid":"--",\
        "emergency-numbers":[],"esim-status":"--","gid1":"FFFFFFFFFF","gid2":"FFFFFFFFFF","iccid":"89883030000111825060",\
        "imsi":"295050905643977","operator-code":"29505","operator-name":"FL1","removability":"--","sim-type":"--"}}}
        """

    @Test("of a modem on the network")
    func modem() throws {
        let report = try #require(ModemReport(modem: Array(Self.connected.utf8)))
        #expect(report.state == "connected" && report.failure == nil)
        #expect(report.imei == "353338976168895")
        #expect(report.operatorName == "vodafone.de" && report.technology == "lte" && report.signalPercent == 75)
        #expect(report.sim == "/org/freedesktop/ModemManager1/SIM/0")
    }

    @Test("of its SIM card")
    func card() {
        #expect(ModemReport.iccid(sim: Array(Self.sim.utf8)) == "89883030000111825060")
        #expect(ModemReport.iccid(sim: Array(Self.sim.replacing("89883030000111825060", with: "--").utf8)) == nil)
    }

    @Test("of a modem without a card: what is unknown is absent, and an old signal is none")
    func withoutCard() throws {
        let text = """
            {"modem":{"3gpp":{"imei":"--","operator-code":"--","operator-name":"--"},"generic":{"access-technologies":[],\
            "equipment-identifier":"867962041294151","signal-quality":{"recent":"no","value":"0"},"sim":"/","state":"failed",\
            "state-failed-reason":"sim-missing"}}}
            """
        let report = try #require(ModemReport(modem: Array(text.utf8)))
        #expect(report.state == "failed" && report.failure == "sim-missing" && report.imei == "867962041294151")
        #expect(report.operatorName == nil && report.technology == nil && report.signalPercent == nil && report.sim == nil)
    }

    @Test("of several technologies at once, and of an operator without a name")
    func several() throws {
        let text = Self.connected.replacing("[\"lte\"]", with: "[\"lte\",\"5gnr\"]").replacing("\"vodafone.de\"", with: "\"--\"")
        let report = try #require(ModemReport(modem: Array(text.utf8)))
        #expect(report.technology == "lte,5gnr" && report.operatorName == "26202")
    }

    @Test("that there is no modem is told from a failure")
    func noModem() {
        #expect(ModemReport.isEmptyList(Array("{\"modem-list\":[]}".utf8)))
        #expect(!ModemReport.isEmptyList(Array("{\"modem-list\":[\"/org/freedesktop/ModemManager1/Modem/7\"]}".utf8)))
        #expect(!ModemReport.isEmptyList([]))
    }

    @Test(
        "nothing else is taken for a report",
        arguments: ["", "{}", "error: couldn't find modem", "{\"modem\":[]}", "{\"modem\":{\"generic\":{}}}"])
    func garbage(text: String) {
        #expect(ModemReport(modem: Array(text.utf8)) == nil)
        #expect(ModemReport.iccid(sim: Array(text.utf8)) == nil)
    }
}
