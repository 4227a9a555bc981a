/* SPDX-License-Identifier: Apache-2.0
 *
 * Which system content is for: the platforms that its definitions name, in
 * the words of os-release(5).
 */
#ifndef CONTENT_PLATFORM_H
#define CONTENT_PLATFORM_H

#include "base/arena.h"
#include "oval/content.h"

struct platform {
    str id;      /* "debian" */
    str version; /* "12"; empty: not stated */
    str name;    /* "Debian GNU/Linux 12 (bookworm)", for people */
};

/* The platform that most definitions of content name, as os-release names
 * it; empty when no name is known. Texts live in arena. */
struct platform platform_of_content(const struct oval_content *content,
                                    struct arena *arena);

/* Which other platforms' content a system of that id is tested with when there
 * is none of its own, by number from 0; empty past the last. Network devices
 * are called by their family here and by OVAL's in content: "ios-xe" is
 * "iosxe", and then "ios". */
str platform_also(str os_id, size_t index);

/* The platform that one name in content means: "Ubuntu 22.04 LTS". */
bool platform_of_name(str name, struct arena *arena, struct platform *out);

/* True for content whose dpkg objects name source packages, as Debian's own
 * feed does: names then also mean their source (--source-packages). */
bool platform_names_sources(const struct oval_content *content);

#endif
