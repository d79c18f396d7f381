// Netlink and XFRM: headers, and macros that Swift cannot import.
#pragma once
#include <features.h>
