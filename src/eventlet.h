/* SPDX-License-Identifier: MIT */
/* libeventlet: green threads and sockets that wait without blocking. */
#ifndef EVENTLET_H
#define EVENTLET_H

#include "eventlet/addr.h"
#include "eventlet/convenience.h"
#include "eventlet/corolocal.h"
#include "eventlet/dagpool.h"
#include "eventlet/dns.h"
#include "eventlet/errors.h"
#include "eventlet/event.h"
#include "eventlet/file.h"
#include "eventlet/greenpile.h"
#include "eventlet/greenpool.h"
#include "eventlet/greenthread.h"
#include "eventlet/hub.h"
#include "eventlet/lock.h"
#include "eventlet/log.h"
#include "eventlet/mem.h"
#include "eventlet/pools.h"
#include "eventlet/queue.h"
#include "eventlet/semaphore.h"
#include "eventlet/socket.h"
#include "eventlet/splice.h"
#include "eventlet/timeout.h"
#include "eventlet/timer.h"
#include "eventlet/utf8.h"
#include "eventlet/version.h"
#include "eventlet/ws_deflate.h"
#include "eventlet/ws_frame.h"
#include "eventlet/ws_handshake.h"
#include "eventlet/ws_hixie.h"
#include "eventlet/ws_mask.h"

#endif
