/// XXH64, the 64-bit checksum of Yann Collet's xxHash (github.com/Cyan4973/xxHash, doc/xxhash_spec.md), seed 0.
///
/// It notices what a failing medium does to a file, at the speed of memory. It is no protection against a forger.
public enum XXHash64 {
    fileprivate static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    fileprivate static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    fileprivate static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    fileprivate static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    fileprivate static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    public static func checksum(of bytes: [UInt8]) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe checksum(of: $0) }
    }

    @unsafe public static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt64 {
        var offset = 0
        var hash: UInt64
        if bytes.count >= 32 {
            var lane1 = prime1 &+ prime2
            var lane2 = prime2
            var lane3: UInt64 = 0
            var lane4 = 0 &- prime1
            while offset + 32 <= bytes.count {
                lane1 = unsafe round(lane1, word64(bytes, offset))
                lane2 = unsafe round(lane2, word64(bytes, offset + 8))
                lane3 = unsafe round(lane3, word64(bytes, offset + 16))
                lane4 = unsafe round(lane4, word64(bytes, offset + 24))
                offset += 32
            }
            hash = merge(lane1, lane2, lane3, lane4)
        } else {
            hash = prime5
        }
        return unsafe finish(hash &+ UInt64(bytes.count), bytes, from: offset)
    }

    /// Takes the last bytes, fewer than 32, and mixes.
    @unsafe fileprivate static func finish(_ hash: UInt64, _ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
        var (hash, offset) = (hash, start)
        while offset + 8 <= bytes.count {
            hash = unsafe rotate(hash ^ round(0, word64(bytes, offset)), 27) &* prime1 &+ prime4
            offset += 8
        }
        if offset + 4 <= bytes.count {
            let word = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            hash = rotate(hash ^ UInt64(word) &* prime1, 23) &* prime2 &+ prime3
            offset += 4
        }
        while offset < bytes.count {
            hash = unsafe rotate(hash ^ UInt64(bytes[offset]) &* prime5, 11) &* prime1
            offset += 1
        }
        hash = (hash ^ hash >> 33) &* prime2
        hash = (hash ^ hash >> 29) &* prime3
        return hash ^ hash >> 32
    }

    fileprivate static func merge(_ lane1: UInt64, _ lane2: UInt64, _ lane3: UInt64, _ lane4: UInt64) -> UInt64 {
        var hash = rotate(lane1, 1) &+ rotate(lane2, 7) &+ rotate(lane3, 12) &+ rotate(lane4, 18)
        for lane in [lane1, lane2, lane3, lane4] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
        return hash
    }

    @unsafe fileprivate static func word64(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    fileprivate static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotate(lane &+ input &* prime2, 31) &* prime1
    }

    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }
}

/// XXH64 over bytes that come one after the other.
public struct RunningXXHash64: Sendable {
    private var lane1 = XXHash64.prime1 &+ XXHash64.prime2
    private var lane2 = XXHash64.prime2
    private var lane3: UInt64 = 0
    private var lane4 = 0 &- XXHash64.prime1
    /// What does not fill 32 bytes yet.
    private var pending: [UInt8] = []
    private var count = 0

    public init() {}

    public mutating func append(_ bytes: some Sequence<UInt8>) {
        pending += bytes
        let whole = pending.count & ~31
        guard whole > 0 else { return }
        unsafe pending.withUnsafeBytes { bytes in
            for offset in stride(from: 0, to: whole, by: 32) {
                lane1 = unsafe XXHash64.round(lane1, XXHash64.word64(bytes, offset))
                lane2 = unsafe XXHash64.round(lane2, XXHash64.word64(bytes, offset + 8))
                lane3 = unsafe XXHash64.round(lane3, XXHash64.word64(bytes, offset + 16))
                lane4 = unsafe XXHash64.round(lane4, XXHash64.word64(bytes, offset + 24))
            }
        }
        count += whole
        pending.removeFirst(whole)
    }

    /// Of everything that was appended so far.
    public var value: UInt64 {
        let hash = count > 0 ? XXHash64.merge(lane1, lane2, lane3, lane4) : XXHash64.prime5
        let total = UInt64(count + pending.count)
        return unsafe pending.withUnsafeBytes { unsafe XXHash64.finish(hash &+ total, $0, from: 0) }
    }
}
