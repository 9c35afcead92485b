/* SPDX-License-Identifier: MIT */
/* Frames of RFC 6455, as a client reads them: not masked. The same in every
 * cut as what a slow second parser says; whole messages as wslay has them.
 *
 * Parser: src/proto/ws_frame.c
 * Parser: src/proto/ws_head.c */
#define AS_CLIENT 1
#include "ws_frame_target.h"
