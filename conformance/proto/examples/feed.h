/* SPDX-License-Identifier: MIT */
/* feed.h - an example, handed to its codec in every way. Private to the
 * runner. */
#ifndef FEED_H
#define FEED_H

#include "proto/examples/page.h"

/* Tells check.h about each way in which the codec does not say what the page
 * says. Stops at the first. */
void feed_example(const struct example *example);

#endif
