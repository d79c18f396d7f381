// Sockets, clocks, threads and event descriptors: headers, and macros that Swift cannot import.
//
// _GNU_SOURCE stays undefined, so that every C module sees the same <sys/select.h>; the few things
// that glibc shows only under it are declared here, as their manual pages give them.
#pragma once
#include <features.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <linux/udp.h>
#include <linux/xfrm.h>

#ifndef __USE_GNU
// recvmmsg(2), sendmmsg(2).
struct mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};
int recvmmsg(int, struct mmsghdr *, unsigned int, int, struct timespec *);
int sendmmsg(int, struct mmsghdr *, unsigned int, int);
// ipv6(7); RFC 3542, section 6.
struct in6_pktinfo {
    struct in6_addr ipi6_addr;
    unsigned int ipi6_ifindex;
};
// strerror(3): not translated, and safe in every thread.
const char *strerrordesc_np(int);
// unix(7).
struct ucred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};
int accept4(int, struct sockaddr *, socklen_t *, int);
#endif

// ioctl(2) has variable arguments.
static inline int linux_window_size(int descriptor, struct winsize *size) {
    return ioctl(descriptor, TIOCGWINSZ, size);
}

// cmsg(3).
static inline struct cmsghdr *linux_cmsg_first(const struct msghdr *message) {
    return CMSG_FIRSTHDR(message);
}
static inline struct cmsghdr *linux_cmsg_next(struct msghdr *message, struct cmsghdr *control) {
    return CMSG_NXTHDR(message, control);
}
static inline unsigned char *linux_cmsg_data(struct cmsghdr *control) {
    return CMSG_DATA(control);
}
// Members of enumerations in some C libraries, plain numbers in others.
enum { linux_scm_rights = SCM_RIGHTS, linux_msg_cmsg_cloexec = MSG_CMSG_CLOEXEC };
static inline size_t linux_cmsg_length(size_t count) { return CMSG_LEN(count); }
static inline size_t linux_cmsg_space(size_t count) { return CMSG_SPACE(count); }
