/* A child process that is followed through a pidfd: pidfd_open(2). No SIGCHLD, no race about its number. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starts the program arguments[0] (a path), which reads nothing, with default signals. What it writes to its standard output and to
   its standard error goes to the descriptors `output` and `errors`, or nowhere when one is negative. Its pidfd, or minus the error
   number. */
static inline int clinux_spawn(char *const *arguments, int output, int errors) {
    char *environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0);
    if (output >= 0) posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (errors >= 0) posix_spawn_file_actions_adddup2(&actions, errors, 2);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    pid_t child = 0;
    int code = posix_spawn(&child, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (code != 0) return -code;
    int descriptor = (int)syscall(SYS_pidfd_open, child, 0); /* close-on-exec by itself */
    if (descriptor >= 0) return descriptor;
    code = errno;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return -code;
}

/* A pipe that no other program inherits: its reading end, which never waits, and its writing end. 0 or the error number. */
static inline int clinux_pipe(int *reading, int *writing) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

static inline void clinux_process_kill(int descriptor) {
    syscall(SYS_pidfd_send_signal, descriptor, SIGKILL, NULL, 0);
}

/* Collects a process that has ended: its exit code, or minus the number of the signal that ended it. */
static inline int clinux_process_reap(int descriptor) {
    siginfo_t info = {0};
    waitid((idtype_t)P_PIDFD, (id_t)descriptor, &info, WEXITED | WNOHANG);
    return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
}
