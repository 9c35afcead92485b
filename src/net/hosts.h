/* SPDX-License-Identifier: MIT */
/* The hosts file. */
#ifndef EVENTLET_NET_HOSTS_H
#define EVENTLET_NET_HOSTS_H

#include <stddef.h>

#include "eventlet/addr.h"

/* Looks a name up, without regard to case, in the file at `path` (which may be
 * missing). Returns how many addresses of the family it has there, of which at
 * most `room` are in out[], without ports; EVENTLET_NO_DATA if all it has are
 * of the other family; EVENTLET_NO_NAME if it is not there; or why the file,
 * though it may be there, could not be read. Link-local IPv6 addresses do not
 * count: they mean nothing without an interface. */
int eventlet__hosts_lookup(struct eventlet_addr *out, size_t room,
                           const char *path, const char *name, int family);

/* Writes the first name that the file has for an address, whatever its port.
 * Returns 0, EVENTLET_NO_NAME, or as above. */
int eventlet__hosts_name(char *buf, size_t size, const char *path,
                         const struct eventlet_addr *addr);

#endif
