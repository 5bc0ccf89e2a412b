import Base
import BoxEngine
import Cryptography
import Fares
import PlatformAPI
import Storage
import TestSupport
import Testing
import ValidatorCore

/// Somebody owns the receiver's sky and the wire to the platform, pulls the power when he likes, and wants to ride again.
@Suite("A used ride", .timeLimit(.minutes(5)))
struct UsedRideAttackTests {
    private static let key = KeyGroup.Key(id: 1, text: "a84a6ce9")
    private static let codec = VT1Codec(authenticator: Libcrypto(), secret: [])
    private static let lifetime = 3600
    private static let day = 86_400
    /// By how much a clock lies.
    private static let lies = [0, day, -day, 30 * day, -30 * day, 3600, -3600, 299, -299]

    private func start(_ world: World, boot: UInt64) throws -> Box {
        // Whatever the box before asked, nobody answers this one.
        _ = world.takeRequests()
        var policy = Policy(boot: UniqueID(high: boot, low: 1), buildDate: world.moment.system - .seconds(100 * Self.day))
        policy.sources = [Policy.Source(id: "front", kind: .reader(.hex)), Policy.Source(id: "scanner", kind: .scanner)]
        let outbox = try Outbox(path: world.folder + "/outbox.db", limits: OutboxLimits(positions: 1000))
        var start = try BoxStart(outbox, BoxSettings(folder: world.folder, deviceID: "VLD1"), policy: policy)
        start.restored.state.modes.whiteListRequired = false
        start.restored.state.keys = KeyRing()
        start.restored.state.keys.adopt(KeyGroup(version: "1", keys: [Self.key]), at: nil)
        return Box(
            start, policy: policy, cryptography: Libcrypto(), random: SeededGenerator(seed: boot),
            ids: SystemRandomNumberGenerator(),
            ports: world)
    }

    private func fix(_ box: Box, _ world: World, _ wall: WallTime) {
        box.handle(.fix(Fix(quality: .twoDimensional, position: nil, time: wall)), at: world.moment)
    }

    private func serverTime(_ box: Box, _ world: World, _ wall: WallTime) {
        for (id, request) in world.takeRequests() {
            guard case .heartbeat = request.content else { continue }
            let content = PlatformReply.HeartbeatReply.Content(
                enterpriseID: nil, serverTime: wall, modes: Modes(), versions: Versions(), window: nil)
            let reply = PlatformReply.HeartbeatReply(verdict: .init(code: 0, message: ""), content: content)
            box.handle(.reply(id, .success(.heartbeat(reply))), at: world.moment)
        }
    }

    private func scan(_ box: Box, _ world: World, _ text: String) -> Answer? {
        let before = world.answers.count
        box.handle(.ticket(Array(text.utf8), scanner: 1), at: world.moment)
        box.endTurn()
        return world.answers.count > before ? world.answers.last : nil
    }

    @Test("never rides again in its lifetime, whatever receiver, platform and power do", arguments: 1...12)
    func attack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let world = World()
        let epoch = world.moment.system
        var boot: UInt64 = 1
        // Of one box the outbox is closed before the next opens it.
        var running: Box? = try start(world, boot: boot)
        fix(try #require(running), world, epoch)
        let ticket = VT1Ticket(
            keyID: 1, kind: .singleRide, card: try #require(CardNumber("00065537")), validFrom: UInt32(epoch.seconds - 60),
            lifetimeSeconds: UInt16(Self.lifetime), nonce: UInt32(seed))
        let text = try #require(Self.codec.text(of: ticket, key: Self.key))
        #expect(scan(try #require(running), world, text)?.outcome == .accepted)
        /// Since it was used, as it truly was.
        var elapsed = 0
        while elapsed < Self.lifetime - 60 {
            let lie = epoch + .seconds(elapsed + (Self.lies.randomElement(using: &random) ?? 0))
            let happening = Int.random(in: 0..<10, using: &random)
            if happening == 5 || happening == 6 {
                running = nil
                if happening == 6 {
                    boot += 1
                    world.moment = Moment(instant: Instant(nanoseconds: 1_000_000_000), system: lie)
                }
                running = try start(world, boot: boot)
            }
            let box = try #require(running)
            switch happening {
            case 0, 1: fix(box, world, lie)
            case 2: serverTime(box, world, lie)
            case 3:
                fix(box, world, lie)
                serverTime(box, world, lie)
            case 4:
                // So much is written that the outbox forgets what it may, once it is idle.
                for number in 0..<40 {
                    box.handle(.card(uid: [4, 0, UInt8(number), UInt8(boot)], reader: 0), at: world.moment)
                    box.endTurn()
                }
                world.pass(.seconds(5))
                elapsed += 5
                box.wake()
            case 5, 6: break
            default:
                let pause = Int.random(in: 10...300, using: &random)
                world.pass(.seconds(pause))
                elapsed += pause
                box.wake()
            }
            world.pass(.seconds(3))
            elapsed += 3
            let answer = scan(box, world, text)
            #expect(answer?.outcome != .accepted && answer?.isGreen != true, "after \(elapsed) s")
        }
    }
}
