/// What a terminal shows at once.
struct TerminalSize: Hashable, Sendable {
    /// What a VT100 has; a serial line says nothing.
    static let standard = TerminalSize(columns: 80, rows: 24)

    var columns: Int
    var rows: Int

    /// Within what a page can be laid out in.
    init(columns: Int, rows: Int) {
        self.columns = min(max(columns, 20), 240)
        self.rows = min(max(rows, 8), 100)
    }
}
