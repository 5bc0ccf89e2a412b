/// In which form a table is exported.
public enum TableFormat: String, CaseIterable, Sendable {
    case csv
    /// A workbook, in which card numbers are texts: no spreadsheet makes quantities of them.
    case xlsx
}
