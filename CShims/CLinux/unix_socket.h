/* Unix stream sockets, whose address structure is a union in disguise. Each returns a descriptor (close-on-exec), or minus the error number. */
#pragma once

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* With its terminating zero. */
enum { clinux_unix_path_size = sizeof(((struct sockaddr_un *)0)->sun_path) };

static inline int clinux_unix_address(const char *path, struct sockaddr_un *address) {
    size_t length = strlen(path);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (length >= sizeof address->sun_path) return ENAMETOOLONG;
    memcpy(address->sun_path, path, length);
    return 0;
}

/* Nobody can connect before the permissions are right: the socket listens only then. */
static inline int clinux_unix_listen(const char *path, mode_t permissions, int backlog) {
    struct sockaddr_un address;
    int code = clinux_unix_address(path, &address);
    if (code != 0) return -code;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0 && chmod(path, permissions) == 0
        && listen(descriptor, backlog) == 0)
        return descriptor;
    code = errno;
    close(descriptor);
    return -code;
}

/* Blocking. */
static inline int clinux_unix_connect(const char *path) {
    struct sockaddr_un address;
    int code = clinux_unix_address(path, &address);
    if (code != 0) return -code;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0) return descriptor;
    code = errno;
    close(descriptor);
    return -code;
}

/* The next client, nonblocking. */
static inline int clinux_accept(int listener) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

/* Who connected a Unix socket, as the kernel noted it then. 0 or the error number. */
static inline int clinux_socket_peer(int descriptor, uid_t *user, pid_t *process) {
    /* unix(7): struct ucred, which glibc declares for _GNU_SOURCE only. */
    struct { pid_t process; uid_t user; gid_t group; } peer;
    socklen_t size = sizeof peer;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return errno;
    *user = peer.user;
    *process = peer.process;
    return 0;
}

/* 1 when `path` names a socket, 0 otherwise. Links are not followed. */
static inline int clinux_is_socket(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}

/* How long a read or a write on a blocking socket may take; then it fails with EAGAIN. 0 or the error number. */
static inline int clinux_set_socket_timeout(int descriptor, int seconds) {
    struct timeval timeout = {.tv_sec = seconds};
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0
        && setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) == 0)
        return 0;
    return errno;
}

/* write(2) to a socket, with EPIPE instead of a signal when the other end is gone. */
static inline ssize_t clinux_socket_write(int descriptor, const void *bytes, size_t length) {
    return send(descriptor, bytes, length, MSG_NOSIGNAL);
}
