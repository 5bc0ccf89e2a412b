import CXlsxWriter
import Glibc
import OperatingSystem

/// A workbook (Office Open XML) by libxlsxwriter: a sheet, and further ones where it is full, each with the heading.
@safe struct Workbook: ~Copyable {
    /// Of a sheet, the heading too: what Excel has.
    static let sheetRows = 1_048_576
    /// Of a cell, in UTF-16 units; Excel's too. A character has two at most.
    private static let cellCharacters = 32767 / 2

    private let path: String
    private let heading: [String]
    private let rowsPerSheet: Int
    private let book: UnsafeMutablePointer<lxw_workbook>
    private var sheet: UnsafeMutablePointer<lxw_worksheet>?
    private var row: Int
    private var isOpen: Bool

    init(_ path: String, heading: [String], rowsPerSheet: Int = Workbook.sheetRows) throws(SystemError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard let book = unsafe cxlsxwriter_open(path, folder) else { throw SystemError(code: ENOMEM, what: "make \(path)") }
        self.path = path
        self.heading = heading
        self.rowsPerSheet = rowsPerSheet
        unsafe self.book = unsafe book
        unsafe sheet = nil
        // Here: Swift 6.2, which makes the arm64 package, fails at a default in a throwing initialiser of what cannot be copied.
        (row, isOpen) = (0, true)
    }

    deinit {
        guard isOpen else { return }
        // Which writes it all the same.
        _ = unsafe workbook_close(book)
        unsafe unlink(path)
    }

    mutating func append(_ cells: [TableCell]) throws(SystemError) {
        if unsafe sheet == nil || row == rowsPerSheet { try addSheet() }
        try write(cells)
    }

    mutating func finish() throws(SystemError) {
        if unsafe sheet == nil { try addSheet() }
        isOpen = false
        errno = 0
        try Self.check(unsafe workbook_close(book), path)
    }

    private mutating func addSheet() throws(SystemError) {
        guard let sheet = unsafe workbook_add_worksheet(book, nil) else {
            throw SystemError(code: ENOSPC, what: "add a sheet to \(path)")
        }
        unsafe self.sheet = unsafe sheet
        row = 0
        unsafe worksheet_freeze_panes(sheet, 1, 0)
        try write(heading.map { .text($0) })
    }

    private mutating func write(_ cells: [TableCell]) throws(SystemError) {
        for (column, cell) in cells.enumerated() {
            let (row, column) = (UInt32(self.row), UInt16(column))
            let code =
                switch cell {
                case .text(let text):
                    unsafe worksheet_write_string(sheet, row, column, String(text.prefix(Self.cellCharacters)), nil)
                case .integer(let value): unsafe worksheet_write_number(sheet, row, column, Double(value), nil)
                case .number(let value) where value.isFinite: unsafe worksheet_write_number(sheet, row, column, value, nil)
                case .number, .empty: LXW_NO_ERROR
                }
            try Self.check(code, path)
        }
        row += 1
    }

    private static func check(_ code: lxw_error, _ path: String) throws(SystemError) {
        guard code != LXW_NO_ERROR else { return }
        let reason = unsafe String(cString: lxw_strerror(code))
        throw SystemError(code: errno == 0 ? EIO : errno, what: "write \(path) (\(reason))")
    }
}
