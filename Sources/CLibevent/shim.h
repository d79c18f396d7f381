// libevent's event-config.h defines _GNU_SOURCE; <features.h> must come first
// so that every C module sees the same fd_set.
#pragma once
#include <features.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <event2/http.h>
