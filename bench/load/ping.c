/* SPDX-License-Identifier: MIT */
/* ping TARGET COUNT: COUNT round trips of a single byte, one after the
 * other over one connection, to a server that echoes. */
#include "../common.h"

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 2, "TARGET COUNT");
    struct sockaddr_in target = parse_addr(argv[1]);
    int fd = connect_to(&target, 0);
    for (uint64_t i = 0; i < count; i++) {
        unsigned char out = (unsigned char)i, in;
        check(write(fd, &out, 1) == 1, "one byte written");
        check(read(fd, &in, 1) == 1, "one byte read");
        check(in == out, "the byte that comes back");
    }
    close(fd);
    return 0;
}
