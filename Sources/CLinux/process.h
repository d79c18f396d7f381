// Files, accounts, capabilities and the life of a process: headers, and what Swift cannot import.
#pragma once
#include <features.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <malloc.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <linux/capability.h>

#ifndef __USE_GNU
// setresuid(2).
int setresuid(uid_t, uid_t, uid_t);
int setresgid(gid_t, gid_t, gid_t);
#endif

// open(2) has a variable argument.
static inline int process_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
}

static inline int process_duplicate(int descriptor)
{
    return fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
}

// fcntl(2) has a variable argument too.
static inline int process_close_on_exec(int descriptor)
{
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

static inline int process_make_nonblocking(int descriptor)
{
    return fcntl(descriptor, F_SETFL, O_NONBLOCK);
}

// An enumeration in some C libraries, plain numbers in others.
enum { PROCESS_STREAM_SOCKET = SOCK_STREAM };

static inline int process_errno(void) { return errno; }

static inline int process_rename(const char *from, const char *to) { return rename(from, to); }

// Hidden by the struct of the same name.
static inline int process_file_status(int descriptor, struct stat *status)
{
    return fstat(descriptor, status);
}

// The same of what a name stands for, be it a link.
static inline int process_path_status(const char *path, struct stat *status)
{
    return lstat(path, status);
}

// A second return that Swift's compiler must not know of.
static inline pid_t process_fork(void) { return fork(); }

// SIG_IGN is a cast to a function.
static inline void process_ignore_signal(int number) { signal(number, SIG_IGN); }

// The handler of a signal, which whoever started us may have blocked; none for what the system does.
static inline void process_on_signal(int number, void (*handler)(int))
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    signal(number, handler);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

// prctl(2) has variable arguments, and reads all five as unsigned long.
static inline int process_control(int option, unsigned long value)
{
    return prctl(option, value, 0UL, 0UL, 0UL);
}

// capget(2) has no function in the C library either: the effective ones.
static inline uint64_t process_capabilities(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0}};
    syscall(SYS_capget, &header, data);
    return data[0].effective | (uint64_t)data[1].effective << 32;
}

// capset(2) has no function in the C library. Sets effective and permitted; nothing is inherited.
static inline int process_set_capabilities(uint64_t capabilities)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0}};
    for (int half = 0; half < 2; half++) {
        data[half].effective = (uint32_t)(capabilities >> (32 * half));
        data[half].permitted = data[half].effective;
    }
    return (int)syscall(SYS_capset, &header, data);
}
