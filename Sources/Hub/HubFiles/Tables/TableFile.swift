import Base
import Glibc
import OperatingSystem

/// A table on the disk, written row by row, in memory that does not grow with it. The file has its name only when it is finished: nobody
/// finds half of one there. It is its owner's alone to read, for it says who rode.
public final class TableFile {
    private let path: String
    private var writer: Writer?

    private enum Writer: ~Copyable {
        case csv(CSVTable)
        case xlsx(Workbook)
    }

    private var draft: String { path + ".part" }

    /// - Parameters:
    ///   - heading: the columns' names, the first row of each sheet.
    ///   - hasByteOrderMark: whether a CSV file begins with one, by which Excel knows UTF-8.
    public init(_ path: String, _ format: TableFormat, heading: [String], hasByteOrderMark: Bool = false) throws(SystemError) {
        self.path = path
        let file = try FileDescriptor.open(path + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
        switch format {
        case .csv:
            var table = CSVTable(file, path + ".part")
            if hasByteOrderMark { try table.append(CSVLine.byteOrderMark) }
            try table.append(CSVLine.bytes(heading.map { .text($0) }))
            writer = .csv(table)
        case .xlsx: writer = .xlsx(try Workbook(path + ".part", heading: heading))
        }
    }

    /// - Parameter cells: as many as the heading has.
    public func append(_ cells: [TableCell]) throws(SystemError) {
        switch writer.take() {
        case .csv(var table):
            do throws(SystemError) { try table.append(CSVLine.bytes(cells)) } catch {
                writer = .csv(table)
                throw error
            }
            writer = .csv(table)
        case .xlsx(var book):
            do throws(SystemError) { try book.append(cells) } catch {
                writer = .xlsx(book)
                throw error
            }
            writer = .xlsx(book)
        case nil: preconditionFailure("a row for a finished table")
        }
    }

    /// Gives the file its name, in the place of one that had it before.
    public func finish() throws(SystemError) {
        do throws(SystemError) {
            switch writer.take() {
            case .csv(var table): try table.finish()
            case .xlsx(var book): try book.finish()
            case nil: preconditionFailure("a table was finished twice")
            }
            guard unsafe rename(draft, path) == 0 else { throw SystemError.last("name \(path)") }
        } catch {
            unsafe unlink(draft)
            throw error
        }
    }
}

/// Comma-separated values, gathered before they are written.
private struct CSVTable: ~Copyable {
    private static let gatheredBytes = 65536

    private let file: FileDescriptor
    private let path: String
    private var pending: [UInt8] = []
    private var isFinished = false

    init(_ file: consuming FileDescriptor, _ path: String) {
        self.file = file
        self.path = path
    }

    deinit {
        if !isFinished { unsafe unlink(path) }
    }

    mutating func append(_ bytes: [UInt8]) throws(SystemError) {
        pending += bytes
        if pending.count >= Self.gatheredBytes { try flush() }
    }

    mutating func finish() throws(SystemError) {
        try flush()
        guard fsync(file.raw) == 0 else { throw SystemError.last("write \(path)") }
        isFinished = true
    }

    private mutating func flush() throws(SystemError) {
        while !pending.isEmpty {
            switch file.write(pending.span) {
            case .written(let count): pending.removeFirst(count)
            case .wouldBlock: throw SystemError(code: EAGAIN, what: "write \(path)")
            case .failed(let error): throw error
            }
        }
    }
}
