/* What a HID device says of its reports: linux/hidraw.h. */
#pragma once

#include <errno.h>
#include <linux/hidraw.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

enum { clinux_hidraw_descriptor_size = HID_MAX_DESCRIPTOR_SIZE };

/* The size of the report descriptor, which goes to `out`, clinux_hidraw_descriptor_size bytes; or minus the error number. */
static inline int clinux_hidraw_descriptor(int device, uint8_t *out) {
    int size = 0;
    struct hidraw_report_descriptor descriptor;
    if (ioctl(device, HIDIOCGRDESCSIZE, &size) < 0) return -errno;
    descriptor.size = (uint32_t)size;
    if (size < 0 || size > clinux_hidraw_descriptor_size) return -EMSGSIZE;
    if (ioctl(device, HIDIOCGRDESC, &descriptor) < 0) return -errno;
    memcpy(out, descriptor.value, descriptor.size);
    return size;
}
