import Base
import Fares

/// What a rider's code of the transport ministry's form is to be like.
struct TransportCodePlan {
    enum Flaw: CaseIterable { case cut, testAccount, poor, strangeRoot, endedCertificate, forged }

    var card: CardNumber
    /// Since it was made; negative for one of the future.
    var ageSeconds: Int64
    var validitySeconds: Int
    /// For how long the phone may make codes, from this one on.
    var authorisationSeconds: Int64
    var flaw: Flaw?

    init(cards: [CardNumber], using random: inout SeededGenerator) {
        card = random.pick(cards)
        validitySeconds = Int.random(in: 60...1200, using: &random)
        authorisationSeconds = 172_800
        switch Int.random(in: 0..<10, using: &random) {
        case 0: ageSeconds = Int64(validitySeconds) + .random(in: 30...20_000, using: &random)
        case 1:
            authorisationSeconds = Int64(validitySeconds)
            ageSeconds = authorisationSeconds + .random(in: 61...20_000, using: &random)
        case 2: ageSeconds = .random(in: -3000 ... -30, using: &random)
        default: ageSeconds = .random(in: 0...Int64(validitySeconds / 2), using: &random)
        }
        flaw = random.chance(0.4) ? random.pick(Flaw.allCases) : nil
    }
}
