/* SPDX-License-Identifier: MIT */
/* check.h - what a test is written with: the C face of googletest.
 *
 *     TEST(heap, gives_the_earliest_first, "heap.1") { ... }
 *
 * is googletest's test "heap.gives_the_earliest_first", shows the promise
 * heap.1 of spec/base/heap.md, and fails when it leaves behind an object, a
 * block of memory or a descriptor that was not there before. A second promise
 * goes into the same string, after a space. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- tests ---------------------------------------------------------- */

/* The body runs on the thread's own stack; no hub is made for it. */
#define TEST(module, name, promises)                                           \
    CHECK__DEFINE(module, name, promises, CHECK__PLAIN, NULL)

/* The body runs in a green thread on a fresh sim hub, whose clock stands
 * still until something waits. Afterwards no green thread, timer, listener or
 * object may be left, nor may the hub be able to go on. */
#define GREEN_TEST(module, name, promises)                                     \
    CHECK__DEFINE(module, name, promises, CHECK__GREEN, "sim")

/* The same test on a fresh hub of each kind: module.name/epolls, ... There
 * real time passes on all but the last. */
#define GREEN_TEST_HUBS(module, name, promises)                                \
    CHECK__DEFINE(module, name, promises, CHECK__GREEN,                        \
                  "epolls poll selects pyevent sim")

/* On a fresh sim hub in a world in memory, see support/world.h: there sockets
 * and pipes are simulated. */
#define WORLD_TEST(module, name, promises)                                     \
    CHECK__DEFINE(module, name, promises, CHECK__GREEN, "world")

/* Twice on a sim hub: with the kernel's sockets, and in a world in memory. */
#define GREEN_TEST_WORLD(module, name, promises)                               \
    CHECK__DEFINE(module, name, promises, CHECK__GREEN, "sim world")

/* On a fresh hub of each kind, and in a world in memory. */
#define GREEN_TEST_NET(module, name, promises)                                 \
    CHECK__DEFINE(module, name, promises, CHECK__GREEN,                        \
                  "epolls poll selects pyevent sim world")

/* The same test on the hubs that ask the real kernel. */
#define GREEN_TEST_REAL(module, name, promises)                                \
    CHECK__DEFINE(module, name, promises, CHECK__GREEN, "epolls poll selects")

/* Ends the test, which then counts as skipped. In the test body only. */
#define SKIP(why)                                                              \
    do {                                                                       \
        check__skip(why);                                                      \
        return;                                                                \
    } while (0)

/* The kind of the hub this test runs on, "" in a TEST. */
const char *check_hub(void);

/* Lets `seconds` pass and everything that falls due meanwhile run: no time at
 * all on a sim hub. In a green thread only. */
void clock_advance(double seconds);

/* Lets every green thread that is ready now run once. */
void let_others_run(void);

/* ---- checks --------------------------------------------------------- */

/* A check that fails is recorded with both values and the test goes on. Each
 * is an expression: true if it held. May be used in any green thread. What
 * was got stands first, what was wanted second. */
#define CHECK(cond)           check__true(CHECK__AT, (cond), #cond)
#define CHECK_INT(got, want)  check__int(CHECK__2(got, want, #got, #want))
#define CHECK_CODE(got, want) check__code(CHECK__2(got, want, #got, #want))
#define CHECK_STR(got, want)  check__str(CHECK__2(got, want, #got, #want))
#define CHECK_PTR(got, want)  check__ptr(CHECK__2(got, want, #got, #want))
#define CHECK_MEM(got, want, len)                                              \
    check__mem(CHECK__AT, #got, #want, (got), (want), (len))
#define CHECK_DBL_NEAR(got, want, within)                                      \
    check__dbl(CHECK__AT, #got, #want, (got), (want), (within))

/* The string contains the other. */
#define CHECK_HAS(got, part) check__has(CHECK__2(got, part, #got, #part))

/* A code that is no error: zero or more. */
#define CHECK_OK(got) check__ok(CHECK__AT, #got, (got))

/* The same, but return if they fail. In the test body only. */
#define REQUIRE(cond) CHECK__OR_RETURN(check__true(CHECK__AT, (cond), #cond))
#define REQUIRE_INT(got, want)                                                 \
    CHECK__OR_RETURN(check__int(CHECK__2(got, want, #got, #want)))
#define REQUIRE_CODE(got, want)                                                \
    CHECK__OR_RETURN(check__code(CHECK__2(got, want, #got, #want)))
#define REQUIRE_STR(got, want)                                                 \
    CHECK__OR_RETURN(check__str(CHECK__2(got, want, #got, #want)))
#define REQUIRE_OK(got) CHECK__OR_RETURN(check__ok(CHECK__AT, #got, (got)))

/* Records a failure with a message of one's own. */
#define CHECK_FAIL(...) check__fail(CHECK__AT, __VA_ARGS__)

/* Number of failures recorded in this test so far. */
int check_failures(void);

/* ---- a failure at each place ----------------------------------------- */

/* A scenario does its work and returns 0; an error that it is handed it
 * returns, after giving back all it took. It does not use REQUIRE, and CHECKs
 * only what must hold whatever failed. */
typedef int check_scenario(void *arg);

/* Runs the scenario in a green thread on a fresh hub once undisturbed, which
 * must succeed, and then again and again, with the first fallible call
 * failing, with the second, and so on; each with every error that suits the
 * call. Whatever the scenario returns then is right, as long as it returns
 * and leaves nothing behind. For a TEST, not a GREEN_TEST: the making of the
 * hub fails, too. */
#define FAULT_EACH(scenario, arg)                                              \
    check__fault_each(CHECK__AT, #scenario, (scenario), (arg), "sim")
#define FAULT_EACH_ON(hub, scenario, arg)                                      \
    check__fault_each(CHECK__AT, #scenario, (scenario), (arg), (hub))

/* ---- how it works ----------------------------------------------------- */

#define CHECK__AT __FILE__, __LINE__

/* Texts are made where the user's words arrive, before macros in them grow. */
#define CHECK__2(got, want, got_text, want_text)                               \
    CHECK__AT, got_text, want_text, (got), (want)

#define CHECK__OR_RETURN(check)                                                \
    do {                                                                       \
        if (!(check))                                                          \
            return;                                                            \
    } while (0)

#define CHECK__DEFINE(module, name, promises, kind, hubs)                      \
    static void check_##module##__##name(void);                                \
    static struct check_test check_test_##module##__##name = {                 \
        #module,  #name,    promises, hubs,                                    \
        __FILE__, __LINE__, kind,     check_##module##__##name,                \
        NULL,     NULL,     NULL                                               \
    };                                                                         \
    __attribute__((constructor)) static void check_add_##module##__##name(     \
        void)                                                                  \
    {                                                                          \
        check__add(&check_test_##module##__##name);                            \
    }                                                                          \
    static void check_##module##__##name(void)

enum check_kind { CHECK__PLAIN, CHECK__GREEN };

struct check_test {
    const char *module;
    const char *name;
    const char *promises; /* names of promises, with spaces between */
    const char *hubs;     /* kinds of hubs, with spaces between; NULL if none */
    const char *file;
    int line;
    enum check_kind kind;
    void (*body)(void);
    void (*body_with)(const void *arg); /* in place of body, if there is arg */
    const void *arg;
    struct check_test *next;
};

void check__add(struct check_test *test);
void check__skip(const char *why);
bool check__true(const char *file, int line, bool ok, const char *text);
bool check__int(const char *file, int line, const char *got_text,
                const char *want_text, intmax_t got, intmax_t want);
bool check__code(const char *file, int line, const char *got_text,
                 const char *want_text, intmax_t got, intmax_t want);
bool check__ok(const char *file, int line, const char *got_text, intmax_t got);
bool check__str(const char *file, int line, const char *got_text,
                const char *want_text, const char *got, const char *want);
bool check__has(const char *file, int line, const char *got_text,
                const char *part_text, const char *got, const char *part);
bool check__ptr(const char *file, int line, const char *got_text,
                const char *want_text, const void *got, const void *want);
bool check__mem(const char *file, int line, const char *got_text,
                const char *want_text, const void *got, const void *want,
                size_t len);
bool check__dbl(const char *file, int line, const char *got_text,
                const char *want_text, double got, double want, double within);
bool check__fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool check__fault_each(const char *file, int line, const char *text,
                       check_scenario *scenario, void *arg, const char *hub);

#ifdef __cplusplus
}
#endif

#endif
