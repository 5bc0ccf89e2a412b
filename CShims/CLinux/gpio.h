/* One input line of a GPIO chip: linux/gpio.h, version 2 of its interface (Linux 5.10). */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Asks for a line of the chip `path` as an input that tells of both its edges. A descriptor that becomes readable at each edge and
   never makes its reader wait, or minus the error number. */
static inline int clinux_gpio_request(const char *path, unsigned line, int is_active_low, unsigned debounce_us) {
    int chip = open(path, O_RDONLY | O_CLOEXEC);
    if (chip < 0) return -errno;
    struct gpio_v2_line_request request;
    memset(&request, 0, sizeof request);
    request.offsets[0] = line;
    request.num_lines = 1;
    strcpy(request.consumer, "validatord");
    request.config.flags = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING;
    if (is_active_low) request.config.flags |= GPIO_V2_LINE_FLAG_ACTIVE_LOW;
    request.config.num_attrs = 1;
    request.config.attrs[0].mask = 1;
    request.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
    request.config.attrs[0].attr.debounce_period_us = debounce_us;
    int code = ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) == 0 ? 0 : errno;
    close(chip);
    if (code != 0) return -code;
    fcntl(request.fd, F_SETFD, FD_CLOEXEC);
    fcntl(request.fd, F_SETFL, fcntl(request.fd, F_GETFL) | O_NONBLOCK);
    return request.fd;
}

/* Whether the line is active now: 0 or 1, or minus the error number. */
static inline int clinux_gpio_is_active(int descriptor) {
    struct gpio_v2_line_values values = {.bits = 0, .mask = 1};
    return ioctl(descriptor, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) == 0 ? (int)(values.bits & 1) : -errno;
}
