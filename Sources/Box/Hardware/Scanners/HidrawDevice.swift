import CLinux

/// What a HID device is asked beside reading its reports.
enum HidrawDevice {
    /// The device's description of its reports (USB HID 1.11, section 6.2.2); nil when `descriptor` is not of hidraw.
    static func reportDescriptor(_ descriptor: Int32) -> [UInt8]? {
        let capacity = Int(clinux_hidraw_descriptor_size)
        var result: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            result = unsafe buffer.baseAddress.map { unsafe clinux_hidraw_descriptor(descriptor, $0) } ?? 0
            count = max(Int(result), 0)
        }
        return result > 0 ? bytes : nil
    }
}
