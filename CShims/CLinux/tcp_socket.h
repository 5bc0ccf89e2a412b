/* TCP sockets, whose address structures are unions in disguise. Each returns a descriptor (close-on-exec), or minus the error number. */
#pragma once

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* `host` is a numeric address and `port` a number, 0 for one of the system's choice. Nonblocking. */
static inline int clinux_tcp_listen(const char *host, const char *port, int backlog) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *address = NULL;
    if (getaddrinfo(host, port, &hints, &address) != 0) return -EINVAL;
    int yes = 1, no = 0, code = 0;
    int descriptor = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        code = errno;
    } else {
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (address->ai_family == AF_INET6) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
        if (bind(descriptor, address->ai_addr, address->ai_addrlen) != 0 || listen(descriptor, backlog) != 0) {
            code = errno;
            close(descriptor);
        }
    }
    freeaddrinfo(address);
    return code == 0 ? descriptor : -code;
}

/* The port that a socket is bound to. */
static inline int clinux_tcp_port(int descriptor) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0) return -errno;
    return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port : ((struct sockaddr_in *)&address)->sin_port);
}

/* Sends at once what is written, and lets the system keep at most about `send_buffer` bytes (doubled) of it. */
static inline void clinux_tcp_tune(int descriptor, int send_buffer) {
    int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
}

/* Closing the descriptor then discards what the peer has not taken, and tells it so. */
static inline void clinux_reset_on_close(int descriptor) {
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}
