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

/* Begins to connect to a host by name or address. Nonblocking: it is writable once that is decided, and clinux_tcp_error then tells how. */
static inline int clinux_tcp_connect(const char *host, const char *port) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *address = NULL;
    if (getaddrinfo(host, port, &hints, &address) != 0) return -EHOSTUNREACH;
    int yes = 1, code = 0;
    int descriptor = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        code = errno;
    } else {
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        if (connect(descriptor, address->ai_addr, address->ai_addrlen) != 0 && errno != EINPROGRESS) {
            code = errno;
            close(descriptor);
        }
    }
    freeaddrinfo(address);
    return code == 0 ? descriptor : -code;
}

/* Why a connection was not made, or has failed; 0 for a good one. */
static inline int clinux_tcp_error(int descriptor) {
    int code = 0;
    socklen_t length = sizeof code;
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno;
}

/* The port that a socket is bound to. */
static inline int clinux_tcp_port(int descriptor) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0) return -errno;
    return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port : ((struct sockaddr_in *)&address)->sin_port);
}

/* Sends at once what is written, and lets the system keep at most about `buffer` bytes (doubled) either way. */
static inline void clinux_tcp_tune(int descriptor, int buffer) {
    int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
}

/* Who is at the other end, as far as it tells one client from another: an IPv4 address, or the first 64 bits of an IPv6 one, behind which
   a single client has all the others. 0 where that is unknown. */
static inline unsigned long long clinux_tcp_peer(int descriptor) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    unsigned long long peer = 0;
    if (getpeername(descriptor, (struct sockaddr *)&address, &length) != 0) return 0;
    if (address.ss_family == AF_INET) return ntohl(((struct sockaddr_in *)&address)->sin_addr.s_addr);
    if (address.ss_family != AF_INET6) return 0;
    const unsigned char *bytes = ((struct sockaddr_in6 *)&address)->sin6_addr.s6_addr;
    int first = IN6_IS_ADDR_V4MAPPED(&((struct sockaddr_in6 *)&address)->sin6_addr) ? 12 : 0;
    for (int i = first; i < (first ? 16 : 8); i++) peer = peer << 8 | bytes[i];
    return peer;
}

/* Closing the descriptor then discards what the peer has not taken, and tells it so. */
static inline void clinux_reset_on_close(int descriptor) {
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}
