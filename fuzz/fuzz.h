/* SPDX-License-Identifier: MIT */
/* fuzz.h - what a target is written with. See fuzz/README.md. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a target defines: it is handed one input, and returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What it may define, and libFuzzer's own to be called there; that is missing
 * where a corpus is replayed. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed);
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size,
                                              size_t max_size);

/* Whether to check what costs much with one input of so many, as a byte of it
 * says; with each where a corpus is replayed. */
static inline bool fuzz_one_of(unsigned many, unsigned byte)
{
    return !LLVMFuzzerMutate || byte % many == 0;
}

static inline void fuzz__failed(const char *file, int line, const char *text)
{
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, text);
    abort();
}

/* What has to be so whatever the input is; if it is not, that is a finding. */
#define FUZZ_CHECK(cond)                                                       \
    ((cond) ? (void)0 : fuzz__failed(__FILE__, __LINE__, #cond))

/* What is left of an input. */
struct fuzz_input {
    const uint8_t *at;
    size_t len;
};

/* The next byte; 0 when there is none. */
static inline unsigned fuzz_byte(struct fuzz_input *in)
{
    if (in->len == 0)
        return 0;
    in->len--;
    return *in->at++;
}

/* block.c: a block of that size, behind which nothing can be touched, and its
 * end. What is in it is not defined. */
void *fuzz_block(size_t size);
void fuzz_free(void *block);

/* What is left up to the first NUL, as a string in a block of its own. */
static inline char *fuzz_text(const struct fuzz_input *in)
{
    size_t len = 0;
    char *text;

    while (len < in->len && in->at[len])
        len++;
    text = fuzz_block(len + 1);
    if (len)
        memcpy(text, in->at, len);
    text[len] = '\0';
    return text;
}

#endif
