import CALSA

/// An open sound device (`snd_pcm_t`) that takes 16-bit samples and never lets its caller wait.
@safe struct SoundOutput: ~Copyable {
    /// Why there is no sound, with ALSA's words.
    struct Failure: Error, Hashable, CustomStringConvertible {
        let description: String
    }

    /// How far ahead of the rider's ear samples are written. Long, so that the loop wakes seldom; a new prompt does not wait for it.
    private static let bufferTime = Duration.milliseconds(500)

    /// Frames in a second, and samples in a frame.
    let rate: Int
    let channels: Int
    /// What the device agreed to.
    let bufferFrames: Int
    let periodFrames: Int

    private let library: SoundLibrary
    private let handle: OpaquePointer

    /// Opens ALSA's `device` (`default`, `plughw:1`). One that somebody else has is a failure, not a wait.
    init(_ device: String, rate: Int, channels: Int, library: SoundLibrary) throws(Failure) {
        var output = unsafe calsa_output()
        let code = unsafe calsa_open(
            library.functions, device, UInt32(rate), UInt32(channels), UInt32(Self.bufferTime.wholeMicroseconds), &output)
        guard code >= 0, let handle = unsafe output.pcm else { throw Failure(description: "open: \(library.text(code))") }
        self.rate = rate
        self.channels = channels
        bufferFrames = unsafe Int(output.buffer_frames)
        periodFrames = unsafe Int(output.period_frames)
        self.library = library
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe calsa_close(library.functions, handle) }

    /// Cuts off what is playing and is ready for something new.
    func restart() throws(Failure) {
        let code = unsafe calsa_restart(library.functions, handle)
        guard code >= 0 else { throw Failure(description: "restart: \(library.text(code))") }
    }

    /// Makes whole frames heard, after what was written before. The number of frames that were taken; 0 when there is no room now.
    func write(_ samples: [Int16]) throws(Failure) -> Int {
        let taken = unsafe samples.withUnsafeBufferPointer { buffer in
            unsafe calsa_write(library.functions, handle, buffer.baseAddress, UInt64(buffer.count / channels))
        }
        guard taken >= 0 else { throw Failure(description: "write: \(library.text(Int32(clamping: taken)))") }
        return taken
    }

    /// Frames that were taken and have not been heard yet.
    var pendingFrames: Int { unsafe calsa_pending(library.functions, handle) }

    /// How long so many frames are heard.
    func time(ofFrames count: Int) -> Duration { .nanoseconds(Int64(count) * 1_000_000_000 / Int64(rate)) }
}
