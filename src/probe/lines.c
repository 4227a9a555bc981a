/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/lines.h"

void lines_each(struct probe_machine *machine, struct oval_sink *sink,
                const char *path, size_t limit, lines_fn *each, void *ctx)
{
    AUTO(buf_clear) struct buf text = BUF(limit);
    struct err why = { 0 };
    int rc = probe_read(machine, path, &text, &why);
    str rest = buf_str(&text);

    if (rc < 0 && rc != E_ABSENT)
        oval_sink_error(sink, "%s", err_text(&why));
    for (unsigned line = 1; rc == 0 && rest.n > 0; line++)
        if (each(ctx, str_cut(&rest, '\n'), &why) < 0)
            oval_sink_error(sink, "%s:%u: %s", path, line, err_text(&why));
}
