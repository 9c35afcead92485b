/* SPDX-License-Identifier: MIT */
/* abnf.h - matches text against a grammar as an RFC prints it: slow, but with
 * nothing in it of the parser that is compared with it.
 *
 * A grammar is a string of lines "name = elements" in the notation of RFC 5234,
 * without comments, incremental alternatives and %b. Names count with their
 * case. What of a text could have been matched is kept as a set of places, so
 * that all readings are tried at once and none twice. */
#ifndef ABNF_H
#define ABNF_H

#include <stdbool.h>
#include <stddef.h>

enum { ABNF_TEXT_MAX = 255 };

struct abnf;

/* Returns   the grammar, never to be freed. Ends the program if it is none. */
const struct abnf *abnf_read(const char *grammar);

/* Returns   whether the rule matches all of text, which has at most
 *           ABNF_TEXT_MAX bytes. */
bool abnf_matches(const struct abnf *abnf, const char *rule, const char *text,
                  size_t len);

#endif
