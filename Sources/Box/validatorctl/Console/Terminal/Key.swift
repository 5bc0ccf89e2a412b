/// What a person types, and what a terminal answers.
enum Key: Hashable, Sendable {
    case character(Character)
    case enter
    case backspace
    case escape
    case up, down, pageUp, pageDown
    /// Ctrl-L: draw everything anew.
    case redraw
    /// Ctrl-C or Ctrl-D.
    case interrupt
    /// The terminal tells where its cursor is, from 1 (CPR of ECMA-48).
    case cursor(row: Int, column: Int)
}
