/* What a keyboard that evdev presents is asked beside its events: linux/input.h. */
#pragma once

#include <errno.h>
#include <linux/input.h>
#include <sys/ioctl.h>

enum {
    clinux_left_shift = 1,
    clinux_right_shift = 2,
    clinux_caps_lock = 4,
    clinux_left_control = 8,
    clinux_right_control = 16,
    clinux_left_alt = 32,
    clinux_right_alt = 64,
};

/* No other program receives the keyboard's events until the descriptor is closed. 0 or the error number. */
static inline int clinux_evdev_grab(int descriptor) {
    return ioctl(descriptor, EVIOCGRAB, 1) == 0 ? 0 : errno;
}

/* Whether a switch (EV_SW) is set or a key (EV_KEY) is held: 0 or 1, or minus the error number. */
static inline int clinux_evdev_is_set(int descriptor, int is_key, unsigned code) {
    unsigned char bits[KEY_MAX / 8 + 1] = {0};
    if (code / 8 >= sizeof bits) return -EINVAL;
    int result = is_key ? ioctl(descriptor, EVIOCGKEY(sizeof bits), bits) : ioctl(descriptor, EVIOCGSW(sizeof bits), bits);
    return result < 0 ? -errno : bits[code / 8] >> code % 8 & 1;
}

/* The Shift, Ctrl and Alt keys that are held and whether the Caps Lock light is on, as a sum of the values above; or minus the error number. */
static inline int clinux_evdev_modifiers(int descriptor) {
    unsigned char keys[KEY_MAX / 8 + 1] = {0};
    unsigned char leds[LED_MAX / 8 + 1] = {0};
    if (ioctl(descriptor, EVIOCGKEY(sizeof keys), keys) < 0 || ioctl(descriptor, EVIOCGLED(sizeof leds), leds) < 0) return -errno;
    return (keys[KEY_LEFTSHIFT / 8] >> KEY_LEFTSHIFT % 8 & 1) * clinux_left_shift
        | (keys[KEY_RIGHTSHIFT / 8] >> KEY_RIGHTSHIFT % 8 & 1) * clinux_right_shift
        | (keys[KEY_LEFTCTRL / 8] >> KEY_LEFTCTRL % 8 & 1) * clinux_left_control
        | (keys[KEY_RIGHTCTRL / 8] >> KEY_RIGHTCTRL % 8 & 1) * clinux_right_control
        | (keys[KEY_LEFTALT / 8] >> KEY_LEFTALT % 8 & 1) * clinux_left_alt
        | (keys[KEY_RIGHTALT / 8] >> KEY_RIGHTALT % 8 & 1) * clinux_right_alt
        | (leds[LED_CAPSL / 8] >> LED_CAPSL % 8 & 1) * clinux_caps_lock;
}
