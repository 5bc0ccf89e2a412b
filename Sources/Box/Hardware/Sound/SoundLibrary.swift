import CALSA

/// ALSA's library, loaded when a sound is first needed and kept for the rest of the process's life.
@safe struct SoundLibrary {
    let functions: UnsafePointer<calsa_library>

    /// What one of the library's codes means.
    func text(_ code: Int32) -> String {
        unsafe String(cString: calsa_error_text(functions, code))
    }
}

extension SoundLibrary {
    /// Nil where it is not installed.
    init?() {
        guard let functions = unsafe calsa_load() else { return nil }
        unsafe self.init(functions: functions)
    }
}
