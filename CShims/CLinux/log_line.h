/* A write that must not hold up its caller, whatever kind of file standard error is. */
#pragma once

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <unistd.h>

/* Writes a line of at most PIPE_BUF bytes with one write(2), if the file takes it within `timeout_ms`. 1 when written, 0 when not. */
static inline int clinux_write_line(int descriptor, const void *line, size_t length, int timeout_ms) {
    struct pollfd waiting = {.fd = descriptor, .events = POLLOUT};
    if (poll(&waiting, 1, timeout_ms) != 1 || !(waiting.revents & POLLOUT)) return 0;
    ssize_t written;
    do {
        written = write(descriptor, line, length);
    } while (written < 0 && errno == EINTR);
    return written >= 0;
}
