import Base
import HIDDescriptor

extension ScannerDriver {
    /// Scanners in HID-POS mode.
    public static let hidraw = ScannerDriver(name: "hidraw", usualBaud: nil) {
        HIDPOSDecoder(interReport: $0.interKey, maximumLength: $0.maximumLength, suffix: $0.terminator)
    }
}

/// Turns the input reports of a scanner in HID-POS mode (usage page 0x8C), as hidraw passes them on, into codes.
///
/// Where a report keeps its part of the code, the report descriptor says; without one, or with one that does not tell,
/// the layouts found in the field are told apart (`HIDPOSLayout.guess`). A code keeps every byte, zeros and line ends too;
/// only the suffix that scanners are set to append is taken off, and what else they put around a code (`ScanFrame`), and only
/// of text, or of a code that says its length.
public struct HIDPOSDecoder: ScannerDecoder {
    private let interReport: Duration
    private let maximumLength: Int
    private let suffix: [UInt8]

    public private(set) var mismatch: String?
    /// What the descriptor says; empty when the layout is guessed from each code's first report.
    var layouts: [HIDPOSLayout] = []
    /// The lengths of a device's reports by identifier; nil for a file that is no device, whose reads may be cut anywhere.
    private var reportSizes: [UInt8: Int]?

    private var phase = Phase.idle
    /// The beginning of a report whose rest has not come.
    private var torn: [UInt8] = []
    private var code: [UInt8] = []
    private var lastBytes = Instant(nanoseconds: 0)

    private enum Phase: Equatable {
        case idle
        /// Further reports of the code are to come, in the layout of its first.
        case continuing(HIDPOSLayout)
        /// The code cannot be had; its other reports, up to the last or a pause, are thrown away.
        case skipping(HIDPOSLayout)
    }

    /// `interReport`: a longer pause between two reports drops the code. `maximumLength`: bytes of a code. `suffix`: what
    /// the scanner appends to each code; may be empty.
    public init(interReport: Duration, maximumLength: Int, suffix: [UInt8]) {
        precondition(maximumLength > 0, "a code has at least one byte")
        self.interReport = interReport
        self.maximumLength = maximumLength
        self.suffix = suffix
    }

    public mutating func opened(reportDescriptor: [UInt8]?) {
        guard let reportDescriptor else { return }
        let descriptor = HIDReportDescriptor(reportDescriptor)
        guard descriptor.applications.contains(where: { $0.page == HIDReportDescriptor.barCodeScannerPage }) else {
            mismatch =
                "this HID device is no scanner in HID-POS mode; scan its configuration code for \"USB HID-POS\", choose its "
                + "other hidraw device if it has two, or set `protocol = \"evdev\"` and its input device"
            return
        }
        layouts = HIDPOSLayout.layouts(of: descriptor)
        reportSizes = descriptor.reportSizes
    }

    public mutating func decode(_ bytes: [UInt8], now: Instant) -> [ScannerOutput] {
        var outputs: [ScannerOutput] = []
        lastBytes = now
        guard mismatch == nil else { return [] }
        var rest = (torn.isEmpty ? bytes : torn + bytes)[...]
        torn.removeAll()
        while let first = rest.first {
            if let reportSizes {
                // A device hands out whole reports, of which a short one is one all the same. One that its descriptor
                // does not know has no length either.
                guard let size = reportSizes[first] ?? reportSizes[0], size > 0 else { break }
                take(rest.prefix(size), &outputs)
                rest = rest.dropFirst(size)
            } else if rest.count >= HIDPOSLayout.commonReportSize {
                take(rest.prefix(HIDPOSLayout.commonReportSize), &outputs)
                rest = rest.dropFirst(HIDPOSLayout.commonReportSize)
            } else {
                torn = Array(rest)
                break
            }
        }
        return outputs
    }

    public var nextDeadline: Instant? {
        phase == .idle && torn.isEmpty ? nil : lastBytes + interReport
    }

    public mutating func timeOut(now: Instant) -> [ScannerOutput] {
        guard now - lastBytes >= interReport else { return [] }
        let lost = code.count + torn.count
        torn.removeAll()
        code.removeAll(keepingCapacity: true)
        phase = .idle
        guard lost > 0 else { return [] }
        let pause = "\(interReport.wholeMilliseconds) ms (inter_key_ms)"
        return [.dropped(reason: "\(lost) bytes, since the rest of the code did not come in \(pause)")]
    }

    private mutating func take(_ report: ArraySlice<UInt8>, _ outputs: inout [ScannerOutput]) {
        guard let layout = layout(of: report) else { return }
        let continues = layout.continues(report)
        defer {
            if !continues {
                phase = .idle
                code.removeAll(keepingCapacity: true)
            }
        }
        if case .skipping = phase { return }
        phase = .continuing(layout)

        guard let part = layout.data(of: report, behind: code, isContinued: continues) else {
            return skip(layout, "a report that is cut off or claims more than \(layout.dataCapacity) bytes of code", &outputs)
        }
        guard code.count + part.count <= maximumLength else {
            return skip(layout, "a code longer than \(maximumLength) bytes (max_length)", &outputs)
        }
        code += part
        if !continues { outputs.append(codeOf: withoutSuffix) }
    }

    /// The layout of the report; nil when it is none with a code.
    private func layout(of report: ArraySlice<UInt8>) -> HIDPOSLayout? {
        guard layouts.isEmpty else {
            return layouts.first { $0.reportID == nil || $0.reportID == report.first }
        }
        guard report.first == HIDPOSLayout.commonReportID else { return nil }
        switch phase {
        case .idle: return .guess(firstReport: report)
        case .continuing(let layout), .skipping(let layout): return layout
        }
    }

    private mutating func skip(_ layout: HIDPOSLayout, _ reason: String, _ outputs: inout [ScannerOutput]) {
        outputs.append(.dropped(reason: reason))
        code.removeAll(keepingCapacity: true)
        phase = .skipping(layout)
    }

    private var withoutSuffix: ArraySlice<UInt8> {
        let rest = code.dropLast(suffix.count)
        let isText = rest.allSatisfy { (0x20...0x7E).contains($0) }
        let isWhole = ScanFrame.statedEnd(of: rest) == rest.endIndex
        return (isText || isWhole) && code.suffix(suffix.count) == suffix[...] ? rest : code[...]
    }
}

extension HIDPOSLayout {
    /// The report's part of the code; nil when it does not hold what it says.
    fileprivate func data(
        of report: ArraySlice<UInt8>, behind code: [UInt8], isContinued: Bool
    ) -> ArraySlice<UInt8>? {
        let data = report.dropFirst(dataOffset).prefix(dataCapacity)
        guard let lengthOffset else {
            // Zeros fill it up. Those of a report that is continued are the code's, and so are those up to the length that a code states.
            if isContinued { return data }
            let last: Int = data.lastIndex { $0 != 0 }.map { $0 + 1 } ?? data.startIndex
            let stated: Int = ScanFrame.statedEnd(of: (code + data)[...]).map { data.startIndex + $0 - code.count } ?? last
            return data[..<max(last, min(stated, data.endIndex))]
        }
        guard let length = report.dropFirst(lengthOffset).first, length <= data.count else { return nil }
        return data.prefix(Int(length))
    }

    fileprivate func continues(_ report: ArraySlice<UInt8>) -> Bool {
        guard let continuedOffset, let byte = report.dropFirst(continuedOffset).first else { return false }
        return byte & continuedMask != 0
    }
}
