/* SPDX-License-Identifier: MIT */
/* UTF-8 in blocks of 64 bytes, for utf8_x86.c alone: included once for each
 * kind of vector, with what the operations are called for that kind. */

/* A bit in each byte that is at fault together with those before it. */
TARGET static inline VECTOR WITH(faults)(VECTOR v, VECTOR before)
{
    const VECTOR low = OP(set1_epi8, 0x0f);
    VECTOR first = MOVED(v, before, 1);
    VECTOR upper = AND(OP(srli_epi16, first, 4), low);
    VECTOR second = AND(OP(srli_epi16, v, 4), low);
    VECTOR pair = AND(OP(shuffle_epi8, TABLE(upper_of_first), upper),
                      OP(shuffle_epi8, TABLE(lower_of_first), AND(first, low)));
    /* The upper bit if two before begins three or four bytes, or three before
     * begins four: then this is a second or third tail, as it has to be. */
    VECTOR third = OP(subs_epu8, MOVED(v, before, 2), OP(set1_epi8, 0x60));
    VECTOR fourth = OP(subs_epu8, MOVED(v, before, 3), OP(set1_epi8, 0x70));
    VECTOR wanted = AND(OR(third, fourth), OP(set1_epi8, (char)TWO_TAILS));

    pair = AND(pair, OP(shuffle_epi8, TABLE(upper_of_second), second));
    return XOR(pair, wanted);
}

TARGET static inline bool WITH(any)(VECTOR v)
{
    return OP(movemask_epi8, OP(cmpeq_epi8, v, XOR(v, v))) !=
           OP(movemask_epi8, OP(set1_epi8, -1));
}

TARGET size_t NAME(const unsigned char *p, size_t len)
{
    enum { STEPS = 64 / sizeof(VECTOR) };
    VECTOR before = OP(set1_epi8, 0);
    bool ascii = true; /* is the block before */
    size_t i;

    for (i = 0; len - i >= 64; i += 64) {
        VECTOR v[STEPS], all = LOAD(p + i), faults = OP(set1_epi8, 0);

        for (size_t k = 0; k < STEPS; k++) {
            v[k] = LOAD(p + i + k * sizeof(VECTOR));
            all = OR(all, v[k]);
        }
        if (OP(movemask_epi8, all) == 0 && ascii)
            continue;
        ascii = OP(movemask_epi8, all) == 0;
        for (size_t k = 0; k < STEPS; k++) {
            faults = OR(faults, WITH(faults)(v[k], before));
            before = v[k];
        }
        if (WITH(any)(faults))
            break;
    }
    return without_cut_character(p, i);
}

#undef NAME
#undef WITH
#undef TARGET
#undef VECTOR
#undef OP
#undef AND
#undef OR
#undef XOR
#undef LOAD
#undef TABLE
#undef MOVED
