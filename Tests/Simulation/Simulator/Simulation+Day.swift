import Base
import Fares
import ValidatorCore

/// The course of a day: morning, service with everything that can go wrong, the depot, where all must come right, and the night.
extension Simulation {
    var isAtNight: Bool { now >= TrueTime.instant(day: Int(now.nanoseconds / 86_400_000_000_000), hour: 23) }
    var morning: Instant { TrueTime.instant(day: Int(now.nanoseconds / 86_400_000_000_000) + 1, hour: 5, minute: 30) }

    func plan(day: Int) {
        func at(_ hour: Int, _ minute: Int = 0) -> Instant { TrueTime.instant(day: day, hour: hour, minute: minute) }
        if day == 0 { queue.add(.start(isNewBoot: true), at: at(5, 30)) }
        for happening in [Happening.fix, .receiver, .weatherChange, .moodChange, .modeChange, .publication, .busStop] {
            queue.add(happening, at: at(5, 40) + random.minutes(0...20))
        }
        func scatter(_ happening: Happening, _ times: ClosedRange<Int>) {
            for _ in 0..<Int.random(in: times, using: &random) { queue.add(happening, at: at(6) + random.minutes(0...900)) }
        }
        scatter(.trouble(isPower: true), 1...4)
        scatter(.trouble(isPower: false), 2...6)
        scatter(.diskTrouble, 0...2)
        scatter(.systemClockStep, 0...3)
        scatter(.keyRotation, 0...2)
        scatter(.technician, 0...3)
        queue.add(.arrivalAtDepot, at: at(21, 30))
        queue.add(.retryRefused, at: at(21, 32))
        queue.add(.balance, at: at(22, 10))
        queue.add(.night, at: at(23))
    }

    func happen(_ happening: Happening) {
        switch happening {
        case .card(let uid, let reader): present(uid: uid, at: reader)
        case .ticket(let payload, let scanner): present(payload: payload, at: scanner)
        case .busStop: stopAtBusStop()
        case .fix: receiveFix()
        case .receiver: receiverComesOrGoes()
        case .arrival(let exchange): arrive(exchange)
        case .outcome(let exchange, let result): end(exchange, result)
        case .weatherChange: again(happening, 10...60) { weather = random.pick([.calm, .calm, .lossy, .down, .sick]) }
        case .moodChange:
            again(happening, 20...90) {
                platform.mood = SimulatedPlatform.Mood(
                    refusesUploads: random.chance(0.3), listsLag: random.chance(0.15), refusesTokens: random.chance(0.2))
            }
        case .modeChange: again(happening, 15...90) { platform.changeModes(at: now) }
        case .publication: again(happening, 20...150, publish)
        case .keyRotation: rotateKeys()
        case .systemClockStep: stepSystemClock()
        case .technician: callTechnician()
        case .diskTrouble: troubleDisk()
        case .diskHealed: disk.heal()
        case .start(let isNewBoot): start(isNewBoot: isNewBoot)
        case .trouble(let isPower): boardAround(isPower ? .powerCut : .kill)
        case .kill: kill()
        case .powerCut: cutPower()
        case .powerGone: loseWhatPowerIsLeft()
        case .arrivalAtDepot: arriveAtDepot()
        case .retryRefused: box?.retryRefused(at: now)
        case .balance: checkBalance()
        case .night: endDay()
        }
    }

    /// Does it unless the bus is in the depot, and plans it once more.
    private func again(_ happening: Happening, _ minutes: ClosedRange<Double>, _ act: () -> Void) {
        guard !isAtDepot else { return }
        act()
        queue.add(happening, at: now + random.minutes(minutes))
    }

    private func publish() {
        if random.chance(0.75) { platform.publishIncrement() } else { platform.publishFull() }
        reasonsToDownload.append(now)
        note { "the platform publishes a list" }
    }

    private func rotateKeys() {
        platform.rotateKeys()
        reasonsToDownload.append(now)
    }

    private func callTechnician() {
        guard !isAtDepot, let box else { return }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: box.handle(.set(.reportInterval(random.seconds(5...180))), at: now)
        case 1:
            reasonsToDownload.append(now)
            box.handle(.synchronise(random.pick(SyncTarget.allCases), full: random.chance(0.5)), at: now)
        default: box.retryRefused(at: now)
        }
    }

    // MARK: The receiver

    private func receiverComesOrGoes() {
        again(.receiver, 20...120) {
            hasReceiver = random.chance(0.7)
            if !hasReceiver { box?.handle(.receiverLost, at: now) }
        }
    }

    private func receiveFix() {
        guard !isAtNight else { return }
        queue.add(.fix, at: now + random.seconds(15...150))
        guard hasReceiver, let box else { return }
        let time = TrueTime.wall(at: now)
        let position = Position(latitude: 31.2, longitude: 121.5, speedKilometresPerHour: 20, course: 90)
        let fix: Fix
        switch Int.random(in: 0..<10, using: &random) {
        // The receiver's own weak clock, before it has a fix.
        case 0: fix = Fix(quality: .none, position: nil, time: time - .seconds(100_000))
        // The week number has rolled over.
        case 1: fix = Fix(quality: .threeDimensional, position: position, time: time - .seconds(1024 * 7 * 86400))
        case 2: fix = Fix(quality: .twoDimensional, position: position, time: nil)
        default: fix = Fix(quality: .threeDimensional, position: position, time: time)
        }
        box.handle(.fix(fix), at: now)
    }

    private func stepSystemClock() {
        guard !isAtDepot else { return }
        clock.systemError = random.chance(0.7) ? .zero : random.minutes(-90...0)
        box?.clock = clock
    }

    // MARK: Power and disk

    /// Trouble comes while somebody boards, who then tries again.
    private func boardAround(_ trouble: Happening) {
        guard !isAtDepot, box != nil else { return }
        for _ in 0..<Int.random(in: 0...3, using: &random) { boardTwice(around: now) }
        queue.add(trouble, at: now + random.seconds(0...0.5))
    }

    private func kill() {
        guard !isAtDepot, let box, !disk.isCutOrdered else { return }
        note { "the process is killed" }
        box.kill()
        bury(box, isPowerGone: false)
    }

    private func cutPower() {
        guard !isAtDepot, box != nil else { return }
        note { "the power fails" }
        disk.cutPower(atCall: Int.random(in: 1...(random.chance(0.5) ? 10 : 80), using: &random))
        queue.add(.powerGone, at: now + random.seconds(0.1...5))
    }

    private func loseWhatPowerIsLeft() {
        guard disk.isCutOrdered, let box, !box.isDead else { return }
        disk.cutPower(atCall: 1)
        box.kill()
        bury(box, isPowerGone: true)
    }

    private func troubleDisk() {
        guard !isAtDepot, !disk.isCutOrdered else { return }
        diskTroubleSince = now
        if random.chance(0.5) {
            note { "the disk is full" }
            disk.fillUp()
        } else {
            note { "a disk access will fail" }
            disk.failOnce(atCall: Int.random(in: 1...40, using: &random))
        }
        queue.add(.diskHealed, at: now + random.minutes(1...10))
    }

    // MARK: Evening

    private func arriveAtDepot() {
        note { "the bus arrives at the depot" }
        isAtDepot = true
        weather = .calm
        platform.mood = .good
        if disk.isCutOrdered { return }
        disk.heal()
    }

    private func endDay() {
        isAtDepot = false
        guard box != nil else { return }
        disk.cutPower(atCall: 1)
        loseWhatPowerIsLeft()
    }
}
