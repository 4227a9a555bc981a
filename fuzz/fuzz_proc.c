/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of /proc: processes, environments, mounts, routes and sockets.
 */
#include "probe/environment.h"
#include "probe/mounts.h"
#include "probe/proc.h"
#include "probe/routes.h"
#include "probe/sockets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_mount(str line)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct mount mount;
    size_t state = 0;
    size_t n = 0;
    str option;

    if (mounts_parse_line(line, &arena, &mount, NULL) < 0)
        return;
    (void)mounts_may_block(&mount);
    while (mounts_next_option(&mount, &state, &option))
        if (++n > line.n)
            abort(); /* more options than the line has bytes */
}

static void try_line(str line)
{
    struct socket_inet inet;
    struct socket_packet packet;
    struct route route;

    try_mount(line);
    if (routes_parse_v4(line, &route, NULL) == 0 && route.prefix > 32)
        abort();
    if (routes_parse_v6(line, &route, NULL) == 0 && route.prefix > 128)
        abort();
    if (sockets_parse_inet(line, &inet, NULL) == 0 && inet.uid < 0)
        abort();
    (void)!sockets_parse_packet(line, &packet, NULL);
    (void)sockets_parse_link(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = { (const char *)data, size };
    struct proc_stat stat;
    struct proc_status status;
    str rest = text;
    str name;
    str value;
    int64_t number;

    (void)!proc_parse_stat(text, &stat, NULL);
    (void)!proc_parse_status(text, &status, NULL);
    (void)!proc_parse_key(text, STR("btime"), &number, NULL);
    while (environment_next(&rest, &name, &value))
        if (name.n == 0)
            abort();
    for (unsigned i = 0; text.n > 0 && i < 200; i++)
        try_line(str_cut(&text, '\n'));
    return 0;
}
