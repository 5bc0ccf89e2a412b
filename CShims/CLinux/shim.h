/* What Swift's Glibc module leaves out or hands over inconveniently: inotify, pseudo-terminals, epoll, time zones, the heap.
   No policy. */
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <malloc.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <syslog.h>
#include <time.h>

#include "epoll.h"
#include "log_line.h"
#include "tcp_socket.h"
#include "unix_socket.h"
#include "evdev.h"
#include "gpio.h"
#include "hidraw.h"
#include "mapped_files.h"
#include "process.h"
#include "service_notify.h"
#include "terminal.h"

/* Every thread allocates from the same heap (mallopt(3)). To be called before there are threads. */
static inline void clinux_share_heap(void) { mallopt(M_ARENA_MAX, 1); }

/* A line for the system's log, among those about who may do what. `text` is no format. */
static inline void clinux_syslog(int priority, const char *program, const char *text) {
    openlog(program, LOG_PID, LOG_AUTHPRIV);
    syslog(priority, "%s", text);
    closelog();
}

/* Makes `zone` (the form of TZ in tzset(3)) the process's time zone. */
static inline void clinux_set_time_zone(const char *zone) {
    setenv("TZ", zone, 1);
    tzset();
}

/* Seconds east of UTC at a moment in the process's time zone (TZ); 0 when the moment has no calendar year. */
static inline long clinux_seconds_east(time_t moment) {
    struct tm civil;
    return localtime_r(&moment, &civil) ? civil.tm_gmtoff : 0;
}

#endif
