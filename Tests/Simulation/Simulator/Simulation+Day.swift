import Base
import Fares
import ValidatorCore

/// What the plan brings, and what follows of it.
extension Simulation {
    func happen(_ happening: Happening) {
        switch happening {
        case .card(let card, let reader): present(card, at: reader)
        case .sighting(let card, let reader): seeAgain(card, at: reader)
        case .ticket(let number, let isOtherForm, let scanner): present(ticket: number, isOtherForm, at: scanner)
        case .scribble(let payload, let scanner): present(payload: payload, at: scanner)
        case .fix(let kind): receiveFix(kind)
        case .receiver(let isThere):
            hasReceiver = isThere
            if !isThere { heartbeats.isUncertain() }
            if !isThere { box?.handle(.receiverLost, at: now) }
        case .readerFails(let reader, let time):
            setReader(reader, isWorking: false)
            consequences.add(.readerWorks(reader), at: now + time)
        case .ignitionOff(let time):
            setIgnition(false)
            consequences.add(.ignitionOn, at: now + time)
        case .systemClock(let error):
            clock.systemError = error
            box?.clock = clock
        case .weather(let weather): self.weather = weather
        case .mood(let mood): platform.mood = mood
        case .modes(let seed): platform.changeModes(at: now, seed: seed)
        case .publication(let isFull, let seed):
            platform.publish(isFull: isFull, seed: seed)
            reasonsToDownload.append(now)
            note { "the platform publishes a list" }
        case .keyRotation:
            platform.rotateKeys()
            reasonsToDownload.append(now)
        case .hubCrash(let time):
            note { "the platform hangs before its crash" }
            platform.isAboutToCrash = true
            consequences.add(.hubCrashes(downFor: time), at: now + time)
        case .technician(let act): call(act)
        case .disk(let failingCall, let time): troubleDisk(failingCall: failingCall, for: time)
        case .kill: kill()
        case .killBeforeLight: isKillDueBeforeLight = box != nil
        case .powerCut(let call, let time): cutPower(atCall: call, goneAfter: time)
        case .morning: beginDay()
        case .depot(let areSticksLost): arriveAtDepot(areSticksLost: areSticksLost)
        case .balance: checkBalance()
        case .parking: setIgnition(false)
        case .night: endDay()
        }
    }

    func follow(_ consequence: Consequence) {
        switch consequence {
        case .arrival(let exchange): arrive(exchange)
        case .outcome(let exchange, let result): end(exchange, result)
        case .readerWorks(let reader): setReader(reader, isWorking: true)
        case .ignitionOn: setIgnition(true)
        case .hubCrashes(let time):
            (platform.isAboutToCrash, platform.isRunning) = (false, false)
            consequences.add(.hubIsBack, at: now + time)
        case .hubIsBack: platform.isRunning = true
        case .diskHealed: healDisk()
        case .start(let isNewBoot): start(isNewBoot: isNewBoot)
        case .powerGone: loseWhatPowerIsLeft()
        case .cardAgain(let card, let reader): present(card, at: reader)
        }
    }

    // MARK: The receiver

    private func receiveFix(_ kind: FixKind) {
        guard hasReceiver, let box else { return }
        let time = TrueTime.wall(at: now)
        let speed = kind == .standing || !isIgnitionOn ? 0.0 : 20
        let position = Position(latitude: 31.2, longitude: 121.5, speedKilometresPerHour: speed, course: 90)
        let fix: Fix
        switch kind {
        case .weak: fix = Fix(quality: .none, position: nil, time: time - .seconds(100_000))
        case .rolledOver: fix = Fix(quality: .threeDimensional, position: position, time: time - .seconds(1024 * 7 * 86400))
        case .timeless: fix = Fix(quality: .twoDimensional, position: position, time: nil)
        case .standing, .good: fix = Fix(quality: .threeDimensional, position: position, time: time)
        case .rolledAhead: fix = Fix(quality: .threeDimensional, position: position, time: time + .seconds(1024 * 7 * 86400))
        case .repeated:
            guard let lastFix else { return }
            fix = lastFix
        case .invented:
            fix = Fix(quality: .threeDimensional, position: position, time: time + .seconds(100_000), isInvented: true)
        }
        lastFix = fix
        switch kind {
        case .weak, .repeated, .invented: heartbeats.isUncertain()
        default: heartbeats.moves(speed > 3, isIgnitionOn: isIgnitionOn)
        }
        box.handle(.fix(fix), at: now)
    }

    // MARK: The ignition

    /// The bus stands while its ignition is off.
    func setIgnition(_ isOn: Bool) {
        isIgnitionOn = isOn
        heartbeats.isUncertain()
        guard bus.hasIgnitionLine else { return }
        guard let box else {
            guard isOn, isSwitchedOff, !isAtDepot else { return }
            isSwitchedOff = false
            return consequences.add(.start(isNewBoot: true), at: now + powerRandom.seconds(5...40))
        }
        note { "the ignition is \(isOn ? "on" : "off")" }
        box.setIgnition(isOn, at: now)
    }

    // MARK: Power and disk

    private func kill() {
        guard let box, !disk.isCutOrdered else { return }
        note { "the process is killed" }
        box.kill()
        bury(box, .killed)
    }

    private func cutPower(atCall call: Int, goneAfter time: Duration) {
        guard box != nil else { return }
        note { "the power fails" }
        disk.cutPower(atCall: call)
        consequences.add(.powerGone, at: now + time)
    }

    private func loseWhatPowerIsLeft() {
        guard disk.isCutOrdered, let box, !box.isDead else { return }
        disk.cutPower(atCall: 1)
        box.kill()
        bury(box, .powerLost)
    }

    private func troubleDisk(failingCall: Int?, for time: Duration) {
        guard !disk.isCutOrdered, box != nil else { return }
        diskTroubleSince = diskTroubleSince ?? now
        isDiskInTrouble = true
        if let failingCall {
            note { "a disk access will fail" }
            disk.failOnce(atCall: failingCall)
        } else {
            note { "the disk is full" }
            disk.fillUp()
        }
        consequences.add(.diskHealed, at: now + time)
    }

    private func healDisk() {
        isDiskInTrouble = false
        if !disk.isCutOrdered { disk.heal() }
    }

    // MARK: Morning and evening

    private func beginDay() {
        isAtDepot = false
        isIgnitionOn = true
        guard box == nil else { return }
        isSwitchedOff = false
        start(isNewBoot: true)
    }

    private func arriveAtDepot(areSticksLost: Bool) {
        note { "the bus arrives at the depot" }
        isAtDepot = true
        weather = .calm
        platform.mood = .good
        (platform.isAboutToCrash, platform.isRunning) = (false, true)
        healDisk()
        call(areSticksLost ? .stickIsLost : .stickReachesHub)
    }

    private func endDay() {
        if let box {
            if bus.hasIgnitionLine { report(.shutsDownInTime, "the ignition has been off for 45 minutes") }
            disk.cutPower(atCall: 1)
            box.kill()
            bury(box, .powerLost)
        }
        isSwitchedOff = true
    }
}
