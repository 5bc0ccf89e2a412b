import Base
import Fares
import PlatformAPI
import Testing

@testable import HubUpstream

@Suite("What the platform said to a device")
struct DeviceOrdersTests {
    private var full: DeviceOrders {
        var orders = HeartbeatOrders()
        (orders.enterpriseID, orders.ticketCheck, orders.cardCheck) = ("E1", .online, .online)
        (orders.ticketsEnabled, orders.cardsEnabled, orders.whiteListRequired, orders.lineListRequired) = (
            true, false, false, true
        )
        orders.hours = .from(morning, to: morning + .seconds(3600))
        var said = DeviceOrders(received: morning)
        said.take(orders, at: morning)
        return said
    }

    @Test("is answered to it, with the time of now and the versions that are held here")
    func content() {
        var versions = Versions()
        (versions.cards, versions.keys) = ("7", "")
        let content = full.content(serverTime: morning + .seconds(9), versions: versions)
        #expect(content.enterpriseID == "E1" && content.serverTime == morning + .seconds(9))
        #expect(content.modes.cardCheck == .online && !content.modes.cardsEnabled && content.modes.lineListRequired)
        #expect(content.window.map { $0.start } == morning && content.versions == versions)
    }

    @Test("stays where a later reply leaves it out")
    func missingMembers() {
        var said = full
        var orders = HeartbeatOrders()
        orders.cardsEnabled = true
        said.take(orders, at: morning + .seconds(5))
        #expect(said.modes.cardsEnabled && said.modes.cardCheck == .online && said.enterpriseID == "E1")
        #expect(said.hours != nil && said.received == morning + .seconds(5))
        orders.hours = .unlimited
        said.take(orders, at: morning)
        #expect(said.hours == nil)
    }

    @Test("outlives a restart")
    func document() {
        #expect(DeviceOrders(json: full.json, received: morning) == full)
        let nothing = DeviceOrders(received: morning)
        #expect(DeviceOrders(json: nothing.json, received: morning) == nothing)
        #expect(DeviceOrders(json: Array("[".utf8), received: morning) == nil)
    }

    @Test("is the same whenever it is said")
    func sameness() {
        var again = full
        again.received = morning + .seconds(60)
        #expect(full.saysTheSame(as: again))
        again.modes.cardsEnabled = true
        #expect(!full.saysTheSame(as: again))
    }
}

@Suite("The platform's ticket keys")
struct KeyDocumentTests {
    @Test("outlive a restart, with the group before")
    func document() {
        let current = KeyGroup(version: "k2", keys: [.init(id: 1, text: "a84a6ce9"), .init(id: 255, text: "密")])
        let previous = KeyGroup(version: "k1", keys: [.init(id: 1, text: "00")], revokedVersion: "k0")
        for ring in [KeyRing(), KeyRing(current: current), KeyRing(current: current, previous: previous, replaced: morning)] {
            #expect(KeyRing(json: ring.json) == ring)
        }
        #expect(KeyRing(json: Array("null".utf8)) == nil)
    }
}
