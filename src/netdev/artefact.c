/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/artefact.h"

const char *artefact_form_name(enum artefact_form form, bool secrets)
{
    if (form == ARTEFACT_DELTA)
        return secrets ? "delta_with_secrets" : "delta";
    return secrets ? "full_with_secrets" : "full";
}

static bool is_end(str line)
{
    line = str_trim(line);
    return str_eq_c(line, "end") || str_eq_c(line, ": end");
}

/* What comes before the end of a configuration; that is left for behind the
 * commands. A family without such a line has none in its files. */
static str add_config(str config, struct buf *out)
{
    str end = STR("");

    while (config.n > 0) {
        str line = str_cut(&config, '\n');

        if (is_end(line))
            end = str_trim(line);
        else
            buf_printf(out, "%" PRIstr "\n", ARGstr(line));
    }
    return end;
}

void artefact_write(enum artefact_form form, str config, str lines,
                    struct buf *out)
{
    str end = STR("");

    lines = str_trim(lines);
    if (form == ARTEFACT_FULL)
        end = add_config(config, out);
    if (lines.n > 0)
        buf_printf(out, "%" PRIstr "\n", ARGstr(lines));
    if (end.n > 0)
        buf_printf(out, "%" PRIstr "\n", ARGstr(end));
}
