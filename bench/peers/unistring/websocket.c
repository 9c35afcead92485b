/* SPDX-License-Identifier: MIT */
/* websocket ascii|mixed COUNT: COUNT blocks of 16 KiB are checked to be UTF-8
 * by libunistring. */
#include "../../websocket.h"

#include <unistr.h>

int main(int argc, char **argv)
{
    static char bytes[BLOCK];
    uint64_t count = count_arg(argc, argv, 2, "KIND COUNT");
    size_t len = fill_text(bytes, argv[1][0] == 'm');
    for (uint64_t i = 0; i < count; i++) {
        check(!u8_check((const uint8_t *)bytes, len), "text");
        looked_at(bytes);
    }
    return 0;
}
