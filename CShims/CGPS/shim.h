/* libgps(3) without its structure of 24 kB and more: a connection to gpsd, and the few fields of a report that we use. No policy. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <gps.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* libgps(3): "force a compilation failure if GPSD_API_MAJOR_VERSION is not a version you recognize". Debian 12 has 11, Debian 13 has 14. */
#if GPSD_API_MAJOR_VERSION < 11 || GPSD_API_MAJOR_VERSION > 14
#error "Unknown libgps API: compare gps.h's list of changes with this file, then accept the version here."
#endif

/* struct gps_data_t, on the heap and out of Swift's sight. */
typedef struct cgps_connection cgps_connection;

/* A TPV report. A number that gpsd did not give is NAN. */
struct cgps_report {
    int mode; /* MODE_NOT_SEEN, MODE_NO_FIX, MODE_2D or MODE_3D */
    int status; /* STATUS_SIM and others of STATUS_*; 0 where gpsd did not say */
    double latitude; /* degrees, WGS-84 */
    double longitude;
    double speed; /* m/s */
    double track; /* degrees from true north */
    double error; /* m, horizontal, most likely */
    bool has_time;
    int64_t seconds; /* since 1970, UTC */
    int64_t nanoseconds;
};

enum cgps_outcome {
    cgps_closed = -1, /* gpsd is gone */
    cgps_drained = 0, /* nothing complete is there any more */
    cgps_reported = 1, /* `report` is filled in */
    cgps_other = 2, /* a message of another kind */
};

static inline struct gps_data_t *cgps_data(cgps_connection *connection) {
    return (struct gps_data_t *)connection;
}

static inline void cgps_close(cgps_connection *connection) {
    gps_close(cgps_data(connection));
    free(connection);
}

/* Connects, which blocks, and asks for JSON reports. NULL on failure, with a code for cgps_error_text in errno.
   libgps writes without MSG_NOSIGNAL: the program ignores SIGPIPE. */
static inline cgps_connection *cgps_open(const char *host, const char *port) {
    struct gps_data_t *data = calloc(1, sizeof *data);
    if (data == NULL) return NULL;
    if (gps_open(host, port, data) != 0) {
        int code = errno;
        free(data);
        errno = code;
        return NULL;
    }
    int descriptor = (int)data->gps_fd;
    if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0
        || fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) != 0
        || gps_stream(data, WATCH_ENABLE | WATCH_JSON, NULL) != 0) {
        int code = errno;
        cgps_close((cgps_connection *)data);
        errno = code;
        return NULL;
    }
    return (cgps_connection *)data;
}

static inline const char *cgps_error_text(int code) {
    return gps_errstr(code);
}

static inline int cgps_descriptor(cgps_connection *connection) {
    return (int)cgps_data(connection)->gps_fd;
}

/* The receiver that the last report is of, as gpsd names it. Good until the next call of cgps_next. */
static inline const char *cgps_device(cgps_connection *connection) {
    return cgps_data(connection)->dev.path;
}

/* Takes one message from gpsd, without waiting. */
static inline enum cgps_outcome cgps_next(cgps_connection *connection, struct cgps_report *report) {
    struct gps_data_t *data = cgps_data(connection);
    data->set = 0; /* a message that libgps does not know leaves the flags of the one before */
    int count = gps_read(data, NULL, 0);
    if (count < 0) return cgps_closed;
    if (count == 0) return cgps_drained;
    if ((data->set & STATUS_SET) == 0) return cgps_other; /* TPV alone sets it */
    report->mode = data->fix.mode;
    report->status = data->fix.status;
    report->latitude = data->fix.latitude;
    report->longitude = data->fix.longitude;
    report->speed = data->fix.speed;
    report->track = data->fix.track;
    report->error = data->fix.eph;
    report->has_time = (data->set & TIME_SET) != 0;
    report->seconds = data->fix.time.tv_sec;
    report->nanoseconds = data->fix.time.tv_nsec;
    return cgps_reported;
}
