/// What a self-test found; it says what to do next, and so each has its words in `validatorctl`. The raw values are a stable interface.
public enum SelfTestFinding: String, CaseIterable, Sendable {
    case deviceReady = "device_ready"
    case deviceRecovering = "device_recovering"
    case deviceAbsent = "device_absent"
    case noDevice = "no_device"
    case lightShown = "light_shown"
    case lightFailed = "light_failed"
    /// Taps were answered all the time, and they come first.
    case lightBusy = "light_busy"
    case soundPlayed = "sound_played"
    case soundOff = "sound_off"
    case soundMissing = "sound_missing"
    case soundFailed = "sound_failed"
    case diskGood = "disk_good"
    case diskSlow = "disk_slow"
    case diskLow = "disk_low"
    case diskFull = "disk_full"
    case diskUnwritable = "disk_unwritable"
    /// The test file was not on the disk in time.
    case diskStuck = "disk_stuck"
    case clockGood = "clock_good"
    case clockOff = "clock_off"
    case clockUntrusted = "clock_untrusted"
    case platformOnline = "platform_online"
    case platformUnknown = "platform_unknown"
    case platformOffline = "platform_offline"
    /// Plain HTTP to another machine.
    case platformPlain = "platform_plain"
    /// Each call carries the box's own secret.
    case platformAuthorised = "platform_authorised"
    case certificateGood = "certificate_good"
    case certificateEnding = "certificate_ending"
    case certificateExpired = "certificate_expired"
    case gpsFix = "gps_fix"
    case gpsNoFix = "gps_no_fix"
    case gpsSilent = "gps_silent"
    case listPresent = "list_present"
    case listUnused = "list_unused"
    case listMissing = "list_missing"
    case keysPresent = "keys_present"
    case keysUnused = "keys_unused"
    case keysWeak = "keys_weak"
    case keysMissing = "keys_missing"
    /// Some of the root keys have ended, and not all.
    case rootEnded = "root_ended"
    /// No file of root keys is named: whoever shows the transport ministry's code is refused.
    case rootsUnused = "roots_unused"
    /// No root key is in force, or none that has not ended.
    case rootsMissing = "roots_missing"
    case outboxGood = "outbox_good"
    case outboxRefused = "outbox_refused"
    /// Records wait though the platform answers.
    case outboxStuck = "outbox_stuck"
    case outboxFilling = "outbox_filling"
    case outboxFull = "outbox_full"
    case outboxBroken = "outbox_broken"
}

extension SelfTestFinding {
    public var verdict: SelfTestCheck.Verdict {
        switch self {
        case .deviceReady, .lightShown, .soundPlayed, .soundOff, .diskGood, .clockGood, .platformOnline,
            .platformAuthorised, .certificateGood,
            .gpsFix,
            .listPresent, .listUnused, .keysPresent, .keysUnused, .rootsUnused, .outboxGood:
            .pass
        case .deviceRecovering, .lightBusy, .diskSlow, .diskLow, .clockOff, .clockUntrusted, .platformUnknown, .platformPlain,
            .certificateEnding, .gpsNoFix, .keysWeak, .rootEnded, .outboxRefused, .outboxStuck, .outboxFilling, .soundMissing,
            .noDevice:
            .warn
        case .deviceAbsent, .lightFailed, .soundFailed, .diskFull, .diskUnwritable, .diskStuck, .platformOffline,
            .certificateExpired, .gpsSilent, .listMissing, .keysMissing, .rootsMissing, .outboxFull, .outboxBroken:
            .fail
        }
    }

    /// The sense of a person who has the last word; nil where the box knows by itself.
    public var checkedBy: SelfTestCheck.Sense? {
        switch self {
        case .lightShown: .eye
        case .soundPlayed: .ear
        default: nil
        }
    }
}
