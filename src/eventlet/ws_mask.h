/* SPDX-License-Identifier: MIT */
/* The masking of websocket frames, RFC 6455 section 5.3. */
#ifndef EVENTLET_WS_MASK_H
#define EVENTLET_WS_MASK_H

#include <stddef.h>

#include "export.h"

EVENTLET_DECLS

/* Masks or unmasks, which is the same: each byte of from is combined with the
 * byte of the key whose turn it is and put into to. `to` is `from` itself or a
 * block that does not overlap it. `phase` is 0 at the beginning of a payload
 * and else what the call for the part before returned.
 * Returns   the phase for what follows, 0 to 3.
 * Spec      ws_mask.1 … ws_mask.4 */
EVENTLET_API unsigned eventlet_ws_mask(void *to, const void *from, size_t len,
                                       const unsigned char key[4],
                                       unsigned phase);

EVENTLET_DECLS_END

#endif
