import Base
import Fares
import ValidatorCore

/// At the readers and scanners.
extension Simulation {
    func present(_ card: CardNumber, at reader: SourceIndex) {
        guard let box, workingReaders[reader] else { return }
        let modes = box.inspect { $0.state.modes }
        let uid = Self.bytes(of: card)
        visits.read(uid, at: reader, now, isEntry: true)
        present(.card(card), at: reader, isOnline: modes.cardsEnabled && modes.cardCheck == .online) {
            box.handle(.card(uid: uid, reader: reader), at: self.now)
        }
        visits.readIsOver()
    }

    func seeAgain(_ card: CardNumber, at reader: SourceIndex) {
        guard let box, workingReaders[reader] else { return }
        let uid = Self.bytes(of: card)
        visits.read(uid, at: reader, now, isEntry: false)
        if sabotage != .dropSightings { box.handle(.sighting(uid: uid, reader: reader), at: now) }
        visits.readIsOver()
    }

    /// - Parameter isOtherForm: in lower case, or as base64.
    func present(ticket number: Int, _ isOtherForm: Bool, at scanner: SourceIndex) {
        let forms = office.ticket(number, at: TrueTime.wall(at: now), groups: platform.keyGroups).forms
        present(payload: forms[isOtherForm ? forms.count - 1 : 0], at: scanner)
    }

    func present(payload: [UInt8], at scanner: SourceIndex) {
        guard let box else { return }
        let modes = box.inspect { $0.state.modes }
        let passenger = office.passenger(of: .ticket(payload))
        let isScribble = if case .scribble = passenger { true } else { false }
        let isAsked =
            modes.ticketCheck == .online
            || isScribble && DecisionOracle.isPlatformCode(payload, policy.unknownTickets)
        present(passenger, at: scanner, isOnline: modes.ticketsEnabled && isAsked) {
            box.handle(.ticket(payload, scanner: scanner), at: self.now)
        }
    }

    private func present(_ passenger: Passenger, at source: SourceIndex, isOnline: Bool, _ act: () -> Void) {
        let name = TapLedger.TapName(boot: clock.boot, instant: clock.instant(at: now), source: source, passenger: passenger)
        guard ledger.entry(name) == nil else { return }
        note { "\(passenger) at source \(source)" }
        if source != BusTraits.observingReader {
            let patience = isOnline ? policy.onlineTimeout + Self.lightWithin : Self.lightWithin
            ledger.present(
                name, at: now, life: box?.life ?? 0, repeatInterval: policy.sources[source].repeatInterval,
                deadline: now + patience)
        }
        presenting = name
        act()
        presenting = nil
    }

    func setReader(_ reader: SourceIndex, isWorking: Bool) {
        workingReaders[reader] = isWorking
        visits.set(reader, isWorking: isWorking, at: now)
        box?.handle(.readerState(reader, isWorking: isWorking), at: now)
    }

    static func bytes(of card: CardNumber) -> [UInt8] {
        let digits = card.digits.compactMap(hexadecimalValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
