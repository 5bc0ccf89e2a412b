#pragma once

#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>

/* What struct epoll_event says, without its union and packing. */
struct clinux_epoll_event {
    uint64_t token;
    uint32_t events;
};

static const uint32_t clinux_epoll_in = EPOLLIN;
static const uint32_t clinux_epoll_out = EPOLLOUT;
static const uint32_t clinux_epoll_failure = EPOLLERR | EPOLLHUP;

enum { clinux_epoll_batch = 64 };

static inline int clinux_epoll_create(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

/* Each returns 0 or the error number. */
static inline int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : errno;
}

static inline int clinux_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0 ? 0 : errno;
}

static inline int clinux_epoll_delete(int epoll, int descriptor) {
    struct epoll_event event = {0};
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event) == 0 ? 0 : errno;
}

/* Does not wait. `out` has room for clinux_epoll_batch events; the count of those that are ready, 0 on an error. */
static inline int clinux_epoll_poll(int epoll, struct clinux_epoll_event *out) {
    struct epoll_event events[clinux_epoll_batch];
    int count = epoll_wait(epoll, events, clinux_epoll_batch, 0);
    for (int i = 0; i < count; i++) {
        out[i].token = events[i].data.u64;
        out[i].events = events[i].events;
    }
    return count > 0 ? count : 0;
}
