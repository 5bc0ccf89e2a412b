/* The datagram of sd_notify(3), which is all of libsystemd that a service needs. */
#ifndef CLINUX_SERVICE_NOTIFY_H
#define CLINUX_SERVICE_NOTIFY_H

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Sends `text` to the socket at `path`; a leading "@" stands for an abstract one. 0, or an error of errno(3), negative. */
static inline int clinux_service_notify(const char *path, const char *text) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    int descriptor;
    ssize_t sent;
    int error;
    if (length < 2 || length >= sizeof address.sun_path) return -EINVAL;
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = 0;
    descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -errno;
    sent = sendto(
        descriptor, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&address,
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    error = sent < 0 ? -errno : 0;
    close(descriptor);
    return error;
}

#endif
