extension Bus {
    /// - Parameter isClosed: whether the hub asks each device for its secret.
    static func hubConfiguration(_ folder: String, port: Int, isClosed: Bool) -> String {
        """
        [server]
        listen = "127.0.0.1:\(port)"
        [database]
        path = "\(folder)/hub.db"
        \(isClosed ? "" : "[devices]\nauthentication = \"none\"\nauto_register = true")
        """
    }

    static func boxConfiguration(_ folder: String, hubPort: Int, gpsdPort: Int, repeatIntervalMilliseconds: Int) -> String {
        """
        [device]
        id = "TEST01"
        state_dir = "\(folder)/state"
        control_socket = "\(folder)/control.sock"
        [platform]
        base_url = "http://127.0.0.1:\(hubPort)/api"
        [gps]
        port = \(gpsdPort)
        report_interval_s = 1
        [[reader]]
        id = "reader0"
        device = "\(folder)/reader0"
        repeat_interval_ms = \(repeatIntervalMilliseconds)
        [[scanner]]
        id = "scanner0"
        device = "\(folder)/scanner0"
        repeat_interval_ms = \(repeatIntervalMilliseconds)
        [indicators]
        green_led = "\(folder)/green"
        red_led = "\(folder)/red"
        signal_ms = 1000
        minimum_ms = 0
        alsa_device = ""
        [outbox]
        backoff_max_s = 1
        [log]
        level = "debug"
        mask_cards = false
        """
    }
}
