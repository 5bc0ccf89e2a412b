extension StatusReport {
    /// `modem`: the mobile network.
    public struct Modem: ControlValue {
        /// ModemManager's word for a modem's state, or `off`, `unknown`, `no_modem_manager`, `no_modem`.
        public var state = ""
        public var imei: String?
        /// The number printed on the SIM card.
        public var iccid: String?
        /// The name of the operator's network, or its number.
        public var operatorName: String?
        /// `lte`, `umts`, `5gnr`; several are joined by commas.
        public var technology: String?
        public var signalPercent: Int?
        /// `2026-11`: the month that the bytes belong to; nil until a clock was trusted.
        public var dataMonth: String?
        /// Received and sent.
        public var dataMonthBytes: Int?

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("state", &state)
            member("imei", &imei)
            member("iccid", &iccid)
            member("operator", &operatorName)
            member("technology", &technology)
            member("signal_percent", &signalPercent)
            member("data_month", &dataMonth)
            member("data_month_bytes", &dataMonthBytes)
        }
    }

    /// `vehicle`: what of the bus is around the box.
    public struct Vehicle: ControlValue {
        public enum Ignition: String, Sendable { case on, off }

        /// Nil where no line tells of it, or before it was read.
        public var ignition: Ignition?
        /// In how long the box means to shut down.
        public var shutdown: Duration?
        /// By its speed or its ignition.
        public var isParked = false

        public init() {}

        public mutating func members(_ member: inout ControlMembers) {
            member("ignition", &ignition)
            member("shutdown_in_s", seconds: &shutdown)
            member("parked", &isParked)
        }
    }
}
