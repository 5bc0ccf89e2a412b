import Base
import Foundation
import OperatingSystem
import Testing

@Suite("Clocks and zones")
struct ClocksTests {
    @Test("instants never go back, and the calendar is the system's")
    func now() {
        let first = Clocks.now()
        let second = Clocks.now()
        #expect(second.instant >= first.instant)
        #expect(abs(Double(first.system.milliseconds) / 1000 - Date().timeIntervalSince1970) < 60)
    }

    @Test("the boot id is the kernel's, the same every time")
    func bootID() throws {
        let text = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        #expect(try Clocks.bootID().description == text.trimmingCharacters(in: .newlines))
    }

    @Test("a zone's rules are those of the moment asked for")
    func offsets() throws {
        let zone = try SystemTimeZone(name: "Asia/Shanghai")
        #expect(zone.offsetSeconds(at: WallTime(seconds: 1_700_000_000)) == 8 * 3600)
        // China had daylight saving time in the summers of 1986 to 1991.
        #expect(zone.offsetSeconds(at: WallTime(seconds: 647_000_000)) == 9 * 3600)
    }

    @Test(
        "a name that is no zone is refused with what to do",
        arguments: ["Mars/Olympus", "", "Asia", "zone.tab", "../../../etc/passwd", "/etc/passwd", "Asia//Shanghai"])
    func unknownZone(name: String) {
        let error = #expect(throws: SystemTimeZone.UnknownZone.self) { _ = try SystemTimeZone(name: name) }
        #expect(error?.description.contains("\"\(name)\" is not in /usr/share/zoneinfo: use a name such as") == true)
    }

    @Test("pauses double up to 5 seconds, and start over once the device works")
    func retryDelay() {
        var delay = RetryDelay()
        #expect((0..<7).map { _ in delay.next().wholeMilliseconds } == [250, 500, 1000, 2000, 4000, 5000, 5000])
        delay.reset()
        #expect(delay.next() == .milliseconds(250))
    }

    @Test("the process's memory is told in kilobytes")
    func memory() throws {
        let kilobytes = try #require(ProcessMemory.residentKilobytes())
        #expect((1_000...10_000_000).contains(kilobytes))
    }

    @Test("code and constants that were given back are there again at their next use")
    func releasedCode() throws {
        let before = "\(Clocks.now().system.milliseconds / 1_000_000_000) \([3, 1, 2].sorted())"
        ProcessMemory.releaseCode()
        #expect("\(Clocks.now().system.milliseconds / 1_000_000_000) \([3, 1, 2].sorted())" == before)
        #expect(try #require(ProcessMemory.residentKilobytes()) > 0)
    }
}
