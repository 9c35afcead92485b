/* SPDX-License-Identifier: MIT */
/* block.c - blocks for one input, behind which nothing can be touched.
 *
 * Most are small, and there are many of them: those are taken from slots that
 * are mapped once, each with a page behind it that faults, in every build.
 * AddressSanitizer also sees what is touched before a block, or after its
 * end of life. */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "asan.h"

enum { SLOTS = 64, ROOM = 1 << 16, GUARD = 1 << 16, STRIDE = ROOM + GUARD };

static uint8_t *slots;
static uint64_t unused = UINT64_MAX;

static void map_slots(void)
{
    slots = mmap(NULL, SLOTS * STRIDE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    FUZZ_CHECK(slots != MAP_FAILED);
    FUZZ_CHECK(GUARD % sysconf(_SC_PAGESIZE) == 0);
    for (size_t i = 0; i < SLOTS; i++)
        FUZZ_CHECK(mprotect(slots + i * STRIDE + ROOM, GUARD, PROT_NONE) == 0);
    ASAN_POISON_MEMORY_REGION(slots, SLOTS * STRIDE);
}

/* Where the slot ends; a block does, too. */
static uint8_t *end_of(size_t slot)
{
    return slots + slot * STRIDE + ROOM;
}

void *fuzz_block(size_t size)
{
    size_t slot;
    void *block;

    if (!slots)
        map_slots();
    if (size <= ROOM && unused) {
        slot = (size_t)__builtin_ctzll(unused);
        unused &= unused - 1;
        ASAN_UNPOISON_MEMORY_REGION(end_of(slot) - size, size);
        return end_of(slot) - size;
    }
    block = malloc(size);
    FUZZ_CHECK(block || size == 0);
    return block;
}

void fuzz_free(void *block)
{
    const uintptr_t at = (uintptr_t)block - (uintptr_t)slots;
    const size_t slot = at / STRIDE;

    if (!block || at >= SLOTS * STRIDE) {
        free(block);
        return;
    }
    ASAN_POISON_MEMORY_REGION(block, STRIDE * slot + ROOM - at);
    FUZZ_CHECK(!(unused >> slot & 1));
    unused |= (uint64_t)1 << slot;
}
