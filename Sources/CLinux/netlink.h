// Netlink and XFRM: headers, and macros that Swift cannot import.
#pragma once
#include <features.h>

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/udp.h>
#include <linux/xfrm.h>

// An enumeration in some C libraries, plain numbers in others.
enum { NETLINK_SOCKET_TYPE = SOCK_RAW | SOCK_CLOEXEC };

static inline int netlink_errno(void) { return errno; }

// XFRMA types carry two flags of netlink beside the type.
enum { NETLINK_ATTRIBUTE_TYPE = NLA_TYPE_MASK };
