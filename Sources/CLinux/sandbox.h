// What a compromised daemon could still ask of the kernel: the system calls of seccomp(2), and the
// files of landlock(7). The table below is the whole of it.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#if defined(__x86_64__)
#define SANDBOX_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SANDBOX_ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define SANDBOX_ARCHITECTURE AUDIT_ARCH_ARM
#elif defined(__i386__)
#define SANDBOX_ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__riscv) && __riscv_xlen == 64
#define SANDBOX_ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define SANDBOX_ARCHITECTURE AUDIT_ARCH_PPC64LE
#elif defined(__mips__) && defined(__MIPSEL__) && !defined(__mips64)
#define SANDBOX_ARCHITECTURE AUDIT_ARCH_MIPSEL
#elif defined(__mips__) && !defined(__mips64)
#define SANDBOX_ARCHITECTURE AUDIT_ARCH_MIPS
#endif

// Always allowed, or when an argument has these bits, or unless it has.
enum sandbox_condition { SANDBOX_ALWAYS, SANDBOX_WHEN, SANDBOX_UNLESS };

// A system call that is allowed. Rows of the same call add to each other.
struct sandbox_call {
    int number;
    enum sandbox_condition condition;
    int argument;
    uint32_t mask, value;
};

#define SANDBOX_CALL(name) {SYS_##name, SANDBOX_ALWAYS, 0, 0, 0}
#define SANDBOX_CALL_WHEN(name, argument, mask, value) \
    {SYS_##name, SANDBOX_WHEN, argument, mask, value}
#define SANDBOX_CALL_UNLESS(name, argument, mask, value) \
    {SYS_##name, SANDBOX_UNLESS, argument, mask, value}

static const struct sandbox_call sandbox_calls[] = {
    // Packets.
    SANDBOX_CALL_WHEN(socket, 0, UINT32_MAX, AF_INET),
    SANDBOX_CALL_WHEN(socket, 0, UINT32_MAX, AF_INET6),
    SANDBOX_CALL_WHEN(socket, 0, UINT32_MAX, AF_NETLINK),
    SANDBOX_CALL_WHEN(socket, 0, UINT32_MAX, AF_UNIX),
    SANDBOX_CALL(bind), SANDBOX_CALL(connect), SANDBOX_CALL(listen), SANDBOX_CALL(accept4),
    SANDBOX_CALL(getsockname), SANDBOX_CALL(getpeername), SANDBOX_CALL(getsockopt),
    SANDBOX_CALL(setsockopt), SANDBOX_CALL(shutdown), SANDBOX_CALL(socketpair),
    SANDBOX_CALL(sendto), SANDBOX_CALL(sendmsg), SANDBOX_CALL(sendmmsg),
    SANDBOX_CALL(recvfrom), SANDBOX_CALL(recvmsg), SANDBOX_CALL(recvmmsg),
#ifdef SYS_accept
    SANDBOX_CALL(accept),
#endif
#ifdef SYS_send
    SANDBOX_CALL(send),
#endif
#ifdef SYS_recv
    SANDBOX_CALL(recv),
#endif
#ifdef SYS_recvmmsg_time64
    SANDBOX_CALL(recvmmsg_time64),
#endif

    // The loop.
    SANDBOX_CALL(epoll_create1), SANDBOX_CALL(epoll_ctl), SANDBOX_CALL(epoll_pwait),
    SANDBOX_CALL(eventfd2), SANDBOX_CALL(timerfd_create), SANDBOX_CALL(ppoll),
#ifdef SYS_epoll_wait
    SANDBOX_CALL(epoll_wait),
#endif
#ifdef SYS_epoll_pwait2
    SANDBOX_CALL(epoll_pwait2),
#endif
#ifdef SYS_poll
    SANDBOX_CALL(poll),
#endif
#ifdef SYS_timerfd_settime
    SANDBOX_CALL(timerfd_settime), SANDBOX_CALL(timerfd_gettime),
#endif
#ifdef SYS_timerfd_settime64
    SANDBOX_CALL(timerfd_settime64), SANDBOX_CALL(timerfd_gettime64),
#endif
#ifdef SYS_ppoll_time64
    SANDBOX_CALL(ppoll_time64),
#endif
    SANDBOX_CALL(pipe2), SANDBOX_CALL(read), SANDBOX_CALL(readv), SANDBOX_CALL(write),
    SANDBOX_CALL(writev), SANDBOX_CALL(close), SANDBOX_CALL(dup), SANDBOX_CALL(dup3),
    SANDBOX_CALL(fcntl),
#ifdef SYS_fcntl64
    SANDBOX_CALL(fcntl64),
#endif
#ifdef SYS_dup2
    SANDBOX_CALL(dup2),
#endif
#ifdef SYS_pipe
    SANDBOX_CALL(pipe),
#endif
    // What the C library asks of a descriptor: is it a terminal, what waits in it.
    SANDBOX_CALL_WHEN(ioctl, 1, UINT32_MAX, TCGETS),
    SANDBOX_CALL_WHEN(ioctl, 1, UINT32_MAX, FIONREAD),
    SANDBOX_CALL_WHEN(ioctl, 1, UINT32_MAX, FIONBIO),

    // Files.
    SANDBOX_CALL(openat), SANDBOX_CALL(faccessat), SANDBOX_CALL(readlinkat), SANDBOX_CALL(lseek),
    SANDBOX_CALL(pread64), SANDBOX_CALL(pwrite64), SANDBOX_CALL(getdents64),
    SANDBOX_CALL(mkdirat), SANDBOX_CALL(unlinkat), SANDBOX_CALL(fchmod), SANDBOX_CALL(fchmodat),
    SANDBOX_CALL(fchown), SANDBOX_CALL(fchownat), SANDBOX_CALL(ftruncate), SANDBOX_CALL(fsync),
    SANDBOX_CALL(fdatasync), SANDBOX_CALL(flock), SANDBOX_CALL(umask), SANDBOX_CALL(getcwd),
    SANDBOX_CALL(fstatfs), SANDBOX_CALL(fstat),
#ifdef SYS_statx
    SANDBOX_CALL(statx),
#endif
#ifdef SYS_faccessat2
    SANDBOX_CALL(faccessat2),
#endif
#ifdef SYS_newfstatat
    SANDBOX_CALL(newfstatat),
#endif
#ifdef SYS_fstatat64
    SANDBOX_CALL(fstatat64), SANDBOX_CALL(fstat64),
#endif
#ifdef SYS_renameat
    SANDBOX_CALL(renameat),
#endif
#ifdef SYS_renameat2
    SANDBOX_CALL(renameat2),
#endif
#ifdef SYS__llseek
    SANDBOX_CALL(_llseek),
#endif
#ifdef SYS_open
    SANDBOX_CALL(open), SANDBOX_CALL(access), SANDBOX_CALL(stat), SANDBOX_CALL(lstat),
    SANDBOX_CALL(readlink), SANDBOX_CALL(mkdir), SANDBOX_CALL(unlink), SANDBOX_CALL(rename),
    SANDBOX_CALL(chmod), SANDBOX_CALL(chown), SANDBOX_CALL(rmdir),
#endif

    // Memory, none of which is ever both written and executed.
#ifdef SYS_mmap
    SANDBOX_CALL_UNLESS(mmap, 2, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC),
#endif
#ifdef SYS_mmap2
    SANDBOX_CALL_UNLESS(mmap2, 2, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC),
#endif
    SANDBOX_CALL_UNLESS(mprotect, 2, PROT_EXEC, PROT_EXEC),
    SANDBOX_CALL(munmap), SANDBOX_CALL(mremap), SANDBOX_CALL(madvise), SANDBOX_CALL(brk),

    // Threads, but no processes. clone3(2) is not here: its flags cannot be seen, and the C library
    // takes clone(2) when there is none.
    SANDBOX_CALL_WHEN(clone, 0, CLONE_THREAD, CLONE_THREAD),
    SANDBOX_CALL(futex), SANDBOX_CALL(set_robust_list), SANDBOX_CALL(gettid),
    SANDBOX_CALL(sched_yield), SANDBOX_CALL(sched_getaffinity), SANDBOX_CALL(exit),
    SANDBOX_CALL(exit_group), SANDBOX_CALL(restart_syscall),
    SANDBOX_CALL_WHEN(prctl, 0, UINT32_MAX, PR_SET_NAME),
#ifdef SYS_rseq
    SANDBOX_CALL(rseq),
#endif
#ifdef SYS_futex_time64
    SANDBOX_CALL(futex_time64),
#endif
#ifdef SYS_membarrier
    SANDBOX_CALL(membarrier),
#endif

    // Signals, to ourselves.
    SANDBOX_CALL(rt_sigaction), SANDBOX_CALL(rt_sigprocmask), SANDBOX_CALL(rt_sigreturn),
    SANDBOX_CALL(sigaltstack), SANDBOX_CALL(tgkill),

    // Clocks.
    SANDBOX_CALL(clock_gettime), SANDBOX_CALL(clock_getres), SANDBOX_CALL(clock_nanosleep),
    SANDBOX_CALL(gettimeofday), SANDBOX_CALL(nanosleep),
#ifdef SYS_clock_gettime64
    SANDBOX_CALL(clock_gettime64), SANDBOX_CALL(clock_getres_time64),
    SANDBOX_CALL(clock_nanosleep_time64),
#endif
#ifdef SYS_time
    SANDBOX_CALL(time),
#endif

    // Who and where we are.
    SANDBOX_CALL(getpid), SANDBOX_CALL(getppid), SANDBOX_CALL(getuid), SANDBOX_CALL(geteuid),
    SANDBOX_CALL(getgid), SANDBOX_CALL(getegid), SANDBOX_CALL(getgroups), SANDBOX_CALL(getrandom),
    SANDBOX_CALL(uname), SANDBOX_CALL(sysinfo), SANDBOX_CALL(getrusage), SANDBOX_CALL(prlimit64),
#ifdef SYS_getuid32
    SANDBOX_CALL(getuid32), SANDBOX_CALL(geteuid32), SANDBOX_CALL(getgid32),
    SANDBOX_CALL(getegid32), SANDBOX_CALL(getgroups32), SANDBOX_CALL(fchown32),
#endif
};

enum { SANDBOX_CALL_COUNT = sizeof sandbox_calls / sizeof sandbox_calls[0] };

// The least significant half of an argument, which is all that a condition looks at.
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SANDBOX_LOW sizeof(uint32_t)
#else
#define SANDBOX_LOW 0
#endif

// Lets every thread of this process make the calls of the table and no others, which fail with
// EPERM. There is no way back. Returns -1 with errno where the kernel has no such filter.
static inline int sandbox_filter_calls(void)
{
#ifndef SANDBOX_ARCHITECTURE
    errno = ENOSYS;
    return -1;
#else
    static struct sock_filter program[8 + 6 * SANDBOX_CALL_COUNT];
    struct sock_filter *next = program;
    const struct sock_filter
        load_number =
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        refuse = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);

    // Another architecture has other numbers.
    *next++ = (struct sock_filter)BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    *next++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SANDBOX_ARCHITECTURE, 1, 0);
    *next++ = refuse;
    *next++ = load_number;
#ifdef SYS_clone3
    *next++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
    *next++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
#endif
    for (size_t i = 0; i < SANDBOX_CALL_COUNT; i++) {
        const struct sandbox_call *call = &sandbox_calls[i];
        const int is_plain = call->condition == SANDBOX_ALWAYS;
        *next++ = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call->number, 0, is_plain ? 1 : 5);
        if (is_plain) {
            *next++ = allow;
            continue;
        }
        const int is_when = call->condition == SANDBOX_WHEN;
        *next++ = (struct sock_filter)BPF_STMT(
            BPF_LD | BPF_W | BPF_ABS,
            (uint32_t)(offsetof(struct seccomp_data, args) + SANDBOX_LOW
                       + (size_t)call->argument * sizeof(uint64_t)));
        *next++ = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, call->mask);
        *next++ = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, call->value, is_when ? 0 : 1, is_when ? 1 : 0);
        *next++ = allow;
        *next++ = load_number;
    }
    *next++ = refuse;
    struct sock_fprog filter = {(unsigned short)(next - program), program};
    // Every thread gets it, or none; the number of one that cannot is no reason of ours.
    long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
    if (result > 0) errno = EAGAIN;
    return result == 0 ? 0 : -1;
#endif
}

// Names and numbers of landlock(7), which older headers lack.
enum {
    SANDBOX_FILE_EXECUTE = 1 << 0,
    SANDBOX_FILE_WRITE = 1 << 1,
    SANDBOX_FILE_READ = 1 << 2,
    SANDBOX_FILE_LIST = 1 << 3,
    // removal and making of everything but devices
    SANDBOX_FILE_REMOVE_FILE = 1 << 5,
    SANDBOX_FILE_MAKE_DIRECTORY = 1 << 7,
    SANDBOX_FILE_MAKE_REGULAR = 1 << 8,
    SANDBOX_FILE_MAKE_SOCKET = 1 << 9,
    SANDBOX_FILE_TRUNCATE = 1 << 14,
};

// Hidden from what is not GNU's.
#ifndef O_PATH
#define O_PATH 010000000
#endif

#ifndef SYS_landlock_create_ruleset
// The same for every architecture but alpha.
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

// Begins a set of rules about all that the kernel can rule; -1 with errno where it rules nothing.
static inline int sandbox_rules(uint64_t *handled)
{
    struct {
        uint64_t files, ports, scopes;
    } rules = {0, 0, 0};
    // by version: everything of the first, renaming between directories, truncation, ioctl(2)
    static const uint64_t files[] = {0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff};
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
    if (version < 1) return -1;
    rules.files = files[version < 5 ? version : 5];
    // No TCP port is bound; others may be connected to for certificates.
    if (version >= 4) rules.ports = 1;
    // No signals to other processes.
    if (version >= 6) rules.scopes = 2;
    *handled = rules.files;
    size_t size = version >= 6 ? sizeof rules : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
    return (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
}

// Allows what `access` says beneath a path. What is not there needs no rule.
static inline int sandbox_allow(int rules, uint64_t handled, const char *path, uint64_t access)
{
    struct {
        uint64_t access;
        int32_t parent;
    } __attribute__((packed)) rule;
    struct stat status;
    rule.parent = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent < 0) return errno == ENOENT || errno == EACCES ? 0 : -1;
    rule.access = access & handled;
    // A file has no entries.
    if (fstat(rule.parent, &status) == 0 && !S_ISDIR(status.st_mode))
        rule.access &= SANDBOX_FILE_EXECUTE | SANDBOX_FILE_WRITE | SANDBOX_FILE_READ
                       | SANDBOX_FILE_TRUNCATE;
    int result = (int)syscall(SYS_landlock_add_rule, rules, 1, &rule, 0);
    close(rule.parent);
    return result;
}

// Puts the rules in force for this thread and those that it will start.
static inline int sandbox_enforce(int rules)
{
    int result = (int)syscall(SYS_landlock_restrict_self, rules, 0);
    close(rules);
    return result;
}
