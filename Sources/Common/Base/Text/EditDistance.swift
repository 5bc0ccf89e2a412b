/// How many characters must be inserted, removed, replaced, or swapped with their neighbour to make one text of the other
/// (optimal string alignment distance).
func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.utf8)
    let right = Array(right.utf8)
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
        var current = [row + 1]
        for column in 0..<right.count {
            let isSame = left[row] == right[column]
            var best = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                best = min(best, beforeLast[column - 1] + 1)
            }
            current.append(best)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}

/// The known name that `name` was most likely meant to be; nil when none is near enough to be worth a hint.
public func nearestName(to name: String, among known: [String]) -> String? {
    let name = name.lowercased()
    let limit = max(2, name.utf8.count / 3)
    // The distance is never below the difference of the lengths. Who sends a name of thousands of letters gets no time for it.
    let candidates = known.filter { abs($0.utf8.count - name.utf8.count) <= limit }
        .map { (name: $0, distance: editDistance(name, $0.lowercased())) }
    guard let best = candidates.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
    return best.distance <= limit ? best.name : nil
}
