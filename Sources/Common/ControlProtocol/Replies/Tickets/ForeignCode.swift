/// Codes that phones show and no codec of ours reads, by the marks at their beginning: a hint for a technician, and no more. The raw
/// values are a stable interface.
public enum ForeignCode: String, CaseIterable, Sendable {
    /// Alipay's own ride code.
    case alipayRide = "alipay_ride"
    /// Tencent's own ride code.
    case tencentRide = "tencent_ride"
    /// 通卡 of several cities.
    case tongka
    /// Shanghai's metro and 随申码.
    case shanghai
    /// The number of a payment code, which only a till can redeem.
    case weChatPayment = "wechat_payment"
    case alipayPayment = "alipay_payment"
    case unionPayPayment = "unionpay_payment"
    /// An address that a phone would open.
    case webAddress = "web_address"

    /// Nil when nothing is known to begin like it.
    public init?(_ payload: [UInt8]) {
        if payload.starts(with: [0x02, 0x01]) {
            self = .alipayRide
            return
        }
        guard let text = String(scannedCode: payload) else {
            guard payload.first == 0x54 else { return nil }
            self = payload.starts(with: "TX".utf8) ? .tencentRide : .tongka
            return
        }
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let lower = text.lowercased()
        switch text.prefix(2) {
        case "10"..."15" where isNumber && payload.count == 18: self = .weChatPayment
        case "25"..."30" where isNumber && (16...24).contains(payload.count): self = .alipayPayment
        case "62" where isNumber && payload.count == 19: self = .unionPayPayment
        case "TX": self = .tencentRide
        case _ where lower.hasPrefix("shstmetro") || lower.hasPrefix("https://s.sh.gov.cn/"): self = .shanghai
        case _ where lower.hasPrefix("http://") || lower.hasPrefix("https://"): self = .webAddress
        default: return nil
        }
    }
}
