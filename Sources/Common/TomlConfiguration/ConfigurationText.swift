/// A configuration file's text, of which single keys are given another value: all else, comments too, stays as it stands.
public struct ConfigurationText: Sendable {
    private var lines: [String]

    public init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    public var text: String { lines.joined(separator: "\n") }

    /// Gives `key`, such as `platform.base_url`, the string `value`: on its own line if it has one, else on a new one in its section.
    ///
    /// - Throws: when the text is not TOML, `value` holds a control character, or the key stands where nobody but a person can change
    ///   it, as within braces.
    public mutating func set(_ key: String, to value: String) throws(ConfigurationMistake) {
        let path = key.split(separator: ".").map(String.init)
        precondition(path.count > 1 && path.allSatisfy(Self.isBare), "\(key) is no key of a section")
        guard value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
            throw ConfigurationMistake(line: 0, key: key, text: "must not hold control characters")
        }
        let before = try Self.root(of: lines)
        let wanted = Self.setting(path[...], of: before, to: .string(value))
        let present = path.reduce(TomlValue?.some(before)) { value, name in value?.member(named: name) }
        for candidate in candidates(path, present, value) {
            if let after = try? Self.root(of: candidate), Self.bare(after) == Self.bare(wanted) {
                lines = candidate
                return
            }
        }
        throw ConfigurationMistake(
            line: present?.line ?? 0, key: key,
            text: "cannot be set here: write it on a line of its own in [\(path.dropLast().joined(separator: "."))]")
    }

    /// The texts of which one may be right; the document that each makes tells.
    private func candidates(_ path: [String], _ present: TomlValue?, _ value: String) -> [[String]] {
        let (section, name) = (path.dropLast().joined(separator: "."), path[path.count - 1])
        let quoted = "\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        var candidates: [[String]] = []
        if let present {
            let index = present.line - 1
            if lines.indices.contains(index), let sign = lines[index].firstIndex(of: "=") {
                candidates.append(replacing(index, lines[index][...sign] + " \(quoted)"))
            }
            return candidates
        }
        // Below its section's header, or below one of a section around it where it is written as dotted keys.
        for depth in (1..<path.count).reversed() {
            let around = path[..<depth].joined(separator: ".")
            guard let header = lines.firstIndex(where: { Self.isHeader($0, of: around) }) else { continue }
            candidates.append(inserting("\(path[depth...].joined(separator: ".")) = \(quoted)", at: header + 1))
        }
        candidates.append((lines.last == "" ? lines.dropLast() : lines[...]) + ["[\(section)]", "\(name) = \(quoted)", ""])
        candidates.append(inserting("\(section).\(name) = \(quoted)", at: 0))
        return candidates
    }

    private func replacing(_ index: Int, _ line: some StringProtocol) -> [String] {
        var lines = lines
        lines[index] = String(line)
        return lines
    }

    private func inserting(_ line: String, at index: Int) -> [String] {
        var lines = lines
        lines.insert(line, at: index)
        return lines
    }

    private static func isHeader(_ line: String, of section: String) -> Bool {
        let words = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
        return words == "[\(section)]"
    }

    private static func isBare(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    }

    private static func root(of lines: [String]) throws(ConfigurationMistake) -> TomlValue {
        try TomlDocument(Array(lines.joined(separator: "\n").utf8)).root()
    }

    /// `table` with the member that `path` leads to.
    private static func setting(_ path: ArraySlice<String>, of table: TomlValue?, to content: TomlValue.Content) -> TomlValue {
        guard let name = path.first else { return TomlValue(content) }
        var members: [TomlMember] = []
        if case .table(let present)? = table?.content { members = present }
        let member = TomlMember(key: name, value: setting(path.dropFirst(), of: table?.member(named: name), to: content))
        if let index = members.firstIndex(where: { $0.key == name }) {
            members[index] = member
        } else {
            members.append(member)
            members.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        }
        return TomlValue(.table(members))
    }

    /// Without the places, which differ.
    private static func bare(_ value: TomlValue) -> TomlValue {
        switch value.content {
        case .table(let members): TomlValue(.table(members.map { TomlMember(key: $0.key, value: bare($0.value)) }))
        case .array(let values): TomlValue(.array(values.map(bare)))
        default: TomlValue(value.content)
        }
    }
}
