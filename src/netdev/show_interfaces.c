/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/show.h"

static str keep(struct device_interfaces *all, str text)
{
    return arena_str(&all->arena, str_sub(str_trim(text), 0, 512));
}

/* "GigabitEthernet0/1 is up, line protocol is up (connected)",
 * "Interface eth0 is up, line protocol is up",
 * "Interface GigabitEthernet0/0 "outside", is up, line protocol is up" */
static bool read_head(struct device_interfaces *all, str line)
{
    size_t is = str_find(line, STR(" is "));
    size_t comma = str_find(line, STR(", line protocol is "));
    struct device_interface *at;
    str name;

    if (line.p[0] == ' ' || line.p[0] == '\t' || comma == line.n ||
        is >= comma || all->list.n >= SHOW_INTERFACES_MAX)
        return false;
    name = str_sub(line, 0, is);
    if (str_starts(name, STR("Interface ")))
        name = str_sub(name, 10, SIZE_MAX);
    at = vec_push(&all->list);
    at->name = keep(all, str_cut(&name, ' '));
    at->state = keep(all, str_sub(line, is + 4, comma - is - 4));
    line = str_sub(line, comma + 19, SIZE_MAX);
    at->protocol = keep(all, str_cut(&line, ' '));
    if (at->protocol.n > 0 && at->protocol.p[at->protocol.n - 1] == ',')
        at->protocol.n--;
    return true;
}

static bool take(str *line, const char *begin)
{
    str start = str_c(begin);

    if (!str_starts(*line, start))
        return false;
    *line = str_trim(str_sub(*line, start.n, SIZE_MAX));
    return true;
}

static void read_detail(struct device_interfaces *all, str line)
{
    struct device_interface *at = &all->list.p[all->list.n - 1];

    line = str_trim(line);
    if (at->address.n == 0 &&
        (take(&line, "Internet address is ") || take(&line, "inet ") ||
         take(&line, "IP address "))) {
        size_t n = str_find(line, STR(", subnet mask "));
        str mask = str_sub(line, n + 14, SIZE_MAX);
        str first = line;

        at->address = n < line.n
                          ? arena_printf(&all->arena, "%" PRIstr " %" PRIstr,
                                         ARGstr(str_sub(line, 0, n)),
                                         ARGstr(str_sub(mask, 0, 64)))
                          : keep(all, str_cut(&first, ' '));
    } else if (at->description.n == 0 && take(&line, "Description:")) {
        at->description = keep(all, line);
    }
}

int show_read_interfaces(str text, struct device_interfaces *out,
                         struct err *err)
{
    if (text.n > SHOW_TEXT_MAX)
        return err_set(err, E_LIMIT,
                       "an answer of a device has at most %d bytes",
                       SHOW_TEXT_MAX);
    while (text.n > 0) {
        str line = str_cut(&text, '\n');

        if (line.n > 0 && !read_head(out, line) && out->list.n > 0)
            read_detail(out, line);
    }
    return 0;
}

void device_interfaces_clear(struct device_interfaces *interfaces)
{
    vec_clear(&interfaces->list);
    arena_clear(&interfaces->arena);
}
