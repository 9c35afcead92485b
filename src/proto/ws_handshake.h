/* SPDX-License-Identifier: MIT */
/* What both sides of a handshake need, for our own files. */
#ifndef EVENTLET_PROTO_WS_HANDSHAKE_H
#define EVENTLET_PROTO_WS_HANDSHAKE_H

#include <string.h>

#include "eventlet/ws_handshake.h"

/* Counts the fields of that name; *value is the last one's, without blanks
 * around it. */
size_t eventlet__ws_fields(struct eventlet_span *value,
                           const struct eventlet_ws_field *fields, size_t count,
                           const char *name);

/* Whether that word is in one of the lists in fields of that name. */
bool eventlet__ws_has_word(const struct eventlet_ws_field *fields, size_t count,
                           const char *name, const char *word);

/* Whether there is a field of that name, without blanks around its value. */
bool eventlet__ws_trim(struct eventlet_span *value,
                       const struct eventlet_ws_field *field, const char *name);

/* Both return 0 or -ENOMEM. */
int eventlet__ws_accept_key(char out[29], const char *key, size_t len);
int eventlet__ws_draft_answer(unsigned char out[16],
                              const unsigned char keys[8], const void *body);

void eventlet__ws_base64(char out[25], const unsigned char bytes[16]);

/* The number that a key of hixie-76 stands for: its digits, divided by how many
 * spaces there are. Returns false if that is none. */
bool eventlet__ws_draft_number(unsigned char out[4],
                               const struct eventlet_span *key);

/* Text being written; once it does not fit, nothing more is. */
struct eventlet__ws_out {
    char *at;
    size_t room;
    bool full;
};

static inline void eventlet__ws_put(struct eventlet__ws_out *o,
                                    const void *bytes, size_t len)
{
    if (o->full || len > o->room) {
        o->full = true;
        return;
    }
    if (len > 0)
        memcpy(o->at, bytes, len);
    o->at += len;
    o->room -= len;
}

static inline void eventlet__ws_puts(struct eventlet__ws_out *o,
                                     const char *text)
{
    eventlet__ws_put(o, text, strlen(text));
}

static inline void eventlet__ws_put_text(struct eventlet__ws_out *o,
                                         const struct eventlet_span *text)
{
    eventlet__ws_put(o, text->at, text->len);
}

/* The line with permessage-deflate; in an offer, or as it was agreed on. */
void eventlet__ws_put_deflate(struct eventlet__ws_out *o,
                              const struct eventlet_ws_deflate_params *p,
                              bool offer);

/* "ws://host/path?query". */
void eventlet__ws_put_location(struct eventlet__ws_out *o, bool secure,
                               const struct eventlet_span *host,
                               const struct eventlet_span *target);

/* Whether a client may ask that. Returns 0, -EINVAL or EVENTLET_BAD_URI. */
int eventlet__ws_can_ask(const struct eventlet_ws_client *client);

#endif
