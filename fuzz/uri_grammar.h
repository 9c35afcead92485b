/* SPDX-License-Identifier: MIT */
/* uri_grammar.h - what RFC 3986 and 9112 allow, and what compat takes besides,
 * for abnf.h. */
#ifndef URI_GRAMMAR_H
#define URI_GRAMMAR_H

/* RFC 3986, appendix A; the port with its largest number spelled out. */
#define GRAMMAR_OF_URIS                                                        \
    "ALPHA = %x41-5A / %x61-7A\n"                                              \
    "DIGIT = %x30-39\n"                                                        \
    "HEXDIG = DIGIT / %x41-46 / %x61-66\n"                                     \
    "any = %x00-FF\n"                                                          \
    "unreserved = ALPHA / DIGIT / \"-\" / \".\" / \"_\" / \"~\"\n"             \
    "pct-encoded = \"%\" HEXDIG HEXDIG\n"                                      \
    "sub-delims = \"!\" / \"$\" / \"&\" / \"'\" / \"(\" / \")\" / \"*\" / "    \
    "\"+\" / \",\" / \";\" / \"=\"\n"                                          \
    "pchar = unreserved / pct-encoded / sub-delims / \":\" / \"@\"\n"          \
    "path-abempty = *( \"/\" *pchar )\n"                                       \
    "query = *( pchar / \"/\" / \"?\" )\n"                                     \
    "fragment = *( pchar / \"/\" / \"?\" )\n"                                  \
    "scheme = ALPHA *( ALPHA / DIGIT / \"+\" / \"-\" / \".\" )\n"              \
    "userinfo = *( unreserved / pct-encoded / sub-delims / \":\" )\n"          \
    "reg-name = *( unreserved / pct-encoded / sub-delims )\n"                  \
    "dec-octet = DIGIT / %x31-39 DIGIT / \"1\" 2DIGIT / \"2\" %x30-34 DIGIT "  \
    "/ \"25\" %x30-35\n"                                                       \
    "IPv4address = dec-octet \".\" dec-octet \".\" dec-octet \".\" "           \
    "dec-octet\n"                                                              \
    "h16 = 1*4HEXDIG\n"                                                        \
    "ls32 = ( h16 \":\" h16 ) / IPv4address\n"                                 \
    "IPv6address = 6( h16 \":\" ) ls32 / \"::\" 5( h16 \":\" ) ls32 / "        \
    "[ h16 ] \"::\" 4( h16 \":\" ) ls32 / "                                    \
    "[ *1( h16 \":\" ) h16 ] \"::\" 3( h16 \":\" ) ls32 / "                    \
    "[ *2( h16 \":\" ) h16 ] \"::\" 2( h16 \":\" ) ls32 / "                    \
    "[ *3( h16 \":\" ) h16 ] \"::\" h16 \":\" ls32 / "                         \
    "[ *4( h16 \":\" ) h16 ] \"::\" ls32 / "                                   \
    "[ *5( h16 \":\" ) h16 ] \"::\" h16 / [ *6( h16 \":\" ) h16 ] \"::\"\n"    \
    "IPvFuture = \"v\" 1*HEXDIG \".\" "                                        \
    "1*( unreserved / sub-delims / \":\" )\n"                                  \
    "IP-literal = \"[\" ( IPv6address / IPvFuture ) \"]\"\n"                   \
    "number = %x31-39 *3DIGIT / %x31-35 4DIGIT / \"6\" %x30-34 3DIGIT / "      \
    "\"65\" %x30-34 2DIGIT / \"655\" %x30-32 DIGIT / \"6553\" %x30-35\n"       \
    "port = *\"0\" [ number ]\n"                                               \
    "some-port = 1*\"0\" [ number ] / number\n"

/* RFC 9112, section 3.2, and RFC 9110, sections 4.2 and 7.2. */
#define GRAMMAR_OF_TARGETS                                                     \
    "known = \"http\" / \"https\" / \"ws\" / \"wss\"\n"                        \
    "of-known-scheme = known \":\" *any\n"                                     \
    "with-authority = scheme \"://\" *any\n"                                   \
    "some-host = IP-literal / 1*( unreserved / pct-encoded / sub-delims )\n"   \
    "front = known \"://\" some-host [ \":\" port ]\n"                         \
    "user-front = known \"://\" [ userinfo \"@\" ] some-host [ \":\" port ]\n" \
    "other-front = scheme \"://\" ( some-host / \"\" ) [ \":\" port ]\n"       \
    "behind = path-abempty [ \"?\" query ]\n"                                  \
    "origin-form = 1*( \"/\" *pchar ) [ \"?\" query ]\n"                       \
    "absolute-form = front behind\n"                                           \
    "other-form = other-front behind\n"                                        \
    "authority-form = some-host \":\" some-port\n"                             \
    "asterisk-form = \"*\"\n"                                                  \
    "websocket = ( \"ws\" / \"wss\" ) \":\" *any\n"                            \
    "without-fragment = front behind\n"                                        \
    "with-fragment = front behind \"#\" fragment\n"                            \
    "user-without-fragment = user-front behind\n"                              \
    "user-with-fragment = user-front behind \"#\" fragment\n"                  \
    "Host = [ some-host [ \":\" port ] ]\n"

#define GRAMMAR_OF_COMPAT                                                      \
    "visible = %x21-7E / %x80-FF\n"                                            \
    "loose-host = IP-literal / "                                               \
    "1*( unreserved / pct-encoded / sub-delims / %x80-FF )\n"                  \
    "loose-authority = [ userinfo \"@\" ] loose-host [ \":\" port ]\n"         \
    "empty-authority = [ userinfo \"@\" ] [ \":\" port ]\n"                    \
    "loose-path = [ \"/\" *( %x21-22 / %x24-3E / %x40-7E / %x80-FF ) ]\n"      \
    "loose-query = *( %x21-22 / %x24-7E / %x80-FF )\n"                         \
    "loose-behind = loose-path [ \"?\" loose-query ]\n"                        \
    "loose-absolute = known \"://\" loose-authority loose-behind\n"            \
    "loose-other = scheme \"://\" ( loose-authority / empty-authority ) "      \
    "loose-behind\n"                                                           \
    "loose-connect = loose-host \":\" some-port\n"                             \
    "loose-target = 1*visible\n"                                               \
    "loose-URI = loose-absolute [ \"#\" loose-query ]\n"                       \
    "loose-Host = [ loose-host [ \":\" port ] ]\n"

#endif
