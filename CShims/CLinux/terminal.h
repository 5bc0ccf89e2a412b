/* A terminal's size, whose ioctl is variadic, and signals as something to poll. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

/* 0, or -1 when it is no terminal. A serial line does not know its size and says 0 for both. */
static inline int clinux_window_size(int terminal, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(terminal, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

/* Holds back SIGINT, SIGTERM, SIGHUP and SIGWINCH, and returns a descriptor that gives them one by one (nonblocking), or -1. */
static inline int clinux_terminal_signals(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGWINCH);
    if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0) return -1;
    return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* The next signal's number; 0 when there is none. */
static inline int clinux_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

/* Returns O_NONBLOCK or 0 as it was, -1 on failure. */
static inline int clinux_set_nonblocking(int descriptor, int nonblocking) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0) return -1;
    int changed = nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    return fcntl(descriptor, F_SETFL, changed) < 0 ? -1 : flags & O_NONBLOCK;
}
