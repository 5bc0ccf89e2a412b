/// A row of a `CSVReader`: its cells as far as they are kept.
struct CSVRow: Sendable {
    /// Cells that are kept; of further ones only the last that is filled is known.
    static let keptCells = 8
    /// Bytes that are kept of a cell, a multiple of what any cell of a good file has.
    static let keptCellBytes = 1024

    /// On which it begins, from 1.
    fileprivate(set) var line = 1
    /// A quotation mark was opened and never closed.
    fileprivate(set) var isUnclosed = false
    /// The kept cells, one behind the other.
    private var bytes: [UInt8] = []
    /// Where in `bytes` each kept cell ends.
    private var ends: [Int] = []
    private var cellsBegun = 1
    private var lastFilled = 0

    /// How many cells it has, those left out that are empty at its end; two where it separates at all.
    var count: Int { max(min(cellsBegun, 2), lastFilled) }

    /// Rows of separators alone are blank as well.
    var isBlank: Bool { lastFilled == 0 }

    /// The cell without blanks at its ends; empty beyond those that are kept.
    subscript(index: Int) -> ArraySlice<UInt8> {
        guard index < ends.count else { return [] }
        var cell = bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
        while let first = cell.first, Self.isBlank(first) { cell.removeFirst() }
        while let last = cell.last, Self.isBlank(last) { cell.removeLast() }
        return cell
    }

    /// Whether the cell was longer than what is kept of it.
    func isCut(_ index: Int) -> Bool {
        index < ends.count && ends[index] - (index == 0 ? 0 : ends[index - 1]) == Self.keptCellBytes
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    fileprivate mutating func begin(line: Int) {
        self.line = line
        isUnclosed = false
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        (cellsBegun, lastFilled) = (1, 0)
    }

    fileprivate mutating func append(_ byte: UInt8) {
        if lastFilled < cellsBegun, !Self.isBlank(byte) { lastFilled = cellsBegun }
        guard cellsBegun <= Self.keptCells, bytes.count - (ends.last ?? 0) < Self.keptCellBytes else { return }
        bytes.append(byte)
    }

    fileprivate mutating func endCell() {
        if cellsBegun <= Self.keptCells { ends.append(bytes.count) }
        cellsBegun += 1
    }

    fileprivate mutating func end(isUnclosed: Bool = false) {
        if cellsBegun <= Self.keptCells { ends.append(bytes.count) }
        self.isUnclosed = isUnclosed
    }
}

/// Separated values as programs write them (RFC 4180, and beyond it: lines that end with LF, CR or both, blanks around quotation marks,
/// marks within a cell that does not begin with one). Takes the text in pieces and holds one row.
struct CSVReader: Sendable {
    private enum State {
        /// Nothing but blanks so far.
        case blank
        case plain
        case quoted
        /// Behind a quotation mark that closes, unless another follows.
        case closed
    }

    let separator: UInt8
    private var state = State.blank
    private var row = CSVRow()
    private var line: Int
    private var follows: UInt8 = 0
    private var isWithinRow = false

    /// - Parameter line: the number of the text's first line.
    init(separator: UInt8, line: Int = 1) {
        self.separator = separator
        self.line = line
        row.begin(line: line)
    }

    mutating func take(_ text: ArraySlice<UInt8>, _ onRow: (CSVRow) -> Void) {
        for byte in text { take(byte, onRow) }
    }

    /// The row that no line end ended.
    mutating func finish(_ onRow: (CSVRow) -> Void) {
        guard isWithinRow else { return }
        row.end(isUnclosed: state == .quoted)
        onRow(row)
        isWithinRow = false
    }

    private mutating func take(_ byte: UInt8, _ onRow: (CSVRow) -> Void) {
        let isLineEnd = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        let isPaired = byte == UInt8(ascii: "\n") && follows == UInt8(ascii: "\r")
        follows = byte
        if isLineEnd {
            if !isPaired { line += 1 }
            if state == .quoted { return row.append(byte) }
            if !isPaired { endRow(onRow) }
            return
        }
        isWithinRow = true
        switch state {
        case .quoted:
            if byte == UInt8(ascii: "\"") { state = .closed } else { row.append(byte) }
        case .closed where byte == UInt8(ascii: "\""):
            row.append(byte)
            state = .quoted
        case .closed where CSVRow.isBlank(byte) && byte != separator: break
        case .blank where byte == UInt8(ascii: "\""): state = .quoted
        default:
            if byte == separator {
                row.endCell()
                state = .blank
            } else {
                if state == .closed || !CSVRow.isBlank(byte) { state = .plain }
                row.append(byte)
            }
        }
    }

    private mutating func endRow(_ onRow: (CSVRow) -> Void) {
        row.end()
        onRow(row)
        row.begin(line: line)
        state = .blank
        isWithinRow = false
    }
}
