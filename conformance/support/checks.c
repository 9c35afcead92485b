/* SPDX-License-Identifier: MIT */
/* checks.c - the comparisons behind CHECK_INT and its kin.
 *
 * They may be called on the 64 KiB of a green thread, where the instrumented
 * frames of the sanitizers are large: messages are written into one static
 * buffer. Only one thread checks at a time. */
#include "check.h"
#include "support/run.h"

#include "eventlet/errors.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char message[1024];

bool check__fail(const char *file, int line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    check__record(file, line, message);
    return false;
}

bool check__true(const char *file, int line, bool ok, const char *text)
{
    return ok || check__fail(file, line, "not so: %s", text);
}

bool check__int(const char *file, int line, const char *got_text,
                const char *want_text, intmax_t got, intmax_t want)
{
    if (got == want)
        return true;
    return check__fail(file, line, "%s is %jd, not %s (%jd)", got_text, got,
                       want_text, want);
}

static const char *code_name(intmax_t code)
{
    return code < 0 ? eventlet_strerror((int)code) : "no error";
}

bool check__code(const char *file, int line, const char *got_text,
                 const char *want_text, intmax_t got, intmax_t want)
{
    if (got == want)
        return true;
    return check__fail(file, line, "%s is %jd (%s), not %s (%jd, %s)", got_text,
                       got, code_name(got), want_text, want, code_name(want));
}

bool check__ok(const char *file, int line, const char *got_text, intmax_t got)
{
    if (got >= 0)
        return true;
    return check__fail(file, line, "%s failed with %jd (%s)", got_text, got,
                       code_name(got));
}

bool check__str(const char *file, int line, const char *got_text,
                const char *want_text, const char *got, const char *want)
{
    (void)want_text; /* nearly always the string itself */
    if (got && want ? strcmp(got, want) == 0 : got == want)
        return true;
    return check__fail(file, line, "%s is \"%s\"\nnot \"%s\"", got_text,
                       got ? got : "(null)", want ? want : "(null)");
}

bool check__has(const char *file, int line, const char *got_text,
                const char *part_text, const char *got, const char *part)
{
    (void)part_text;
    if (got && strstr(got, part))
        return true;
    return check__fail(file, line, "%s is \"%s\"\nwithout \"%s\"", got_text,
                       got ? got : "(null)", part);
}

bool check__ptr(const char *file, int line, const char *got_text,
                const char *want_text, const void *got, const void *want)
{
    if (got == want)
        return true;
    return check__fail(file, line, "%s is %p, not %s (%p)", got_text, got,
                       want_text, want);
}

bool check__mem(const char *file, int line, const char *got_text,
                const char *want_text, const void *got, const void *want,
                size_t len)
{
    const unsigned char *a = got, *b = want;

    for (size_t i = 0; i < len; i++)
        if (a[i] != b[i])
            return check__fail(file, line,
                               "%s[%zu] is 0x%02x, not 0x%02x as in %s",
                               got_text, i, a[i], b[i], want_text);
    return true;
}

bool check__dbl(const char *file, int line, const char *got_text,
                const char *want_text, double got, double want, double within)
{
    if (fabs(got - want) <= within)
        return true;
    return check__fail(file, line, "%s is %.9g, not within %g of %s (%.9g)",
                       got_text, got, within, want_text, want);
}
