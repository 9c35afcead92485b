/* SPDX-License-Identifier: MIT */
/* The request that the parsers are measured with: 712 bytes, as a browser sends
 * it; and what has to be found in it. */
#ifndef PARSE_REQUEST_H
#define PARSE_REQUEST_H

static const char request[] =
    "GET /articles/2026/03/on-parsing?page=2&sort=newest HTTP/1.1\r\n"
    "Host: www.example.org\r\n"
    "Connection: keep-alive\r\n"
    "Cache-Control: max-age=0\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, "
    "like Gecko) Chrome/126.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
    "image/webp,*/*;q=0.8\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "Referer: https://www.example.org/articles/\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
    "Cookie: session=6f1d9a3c5b7e4f2089abcdef01234567; theme=dark; "
    "consent=yes; first_visit=2026-01-31; "
    "last=/articles/2026/02/on-writing; ab=17; basket=00000000\r\n"
    "\r\n";

enum { REQUEST_LEN = sizeof request - 1, REQUEST_HEADERS = 12 };

_Static_assert(REQUEST_LEN == 712, "as long as it says");

#endif
