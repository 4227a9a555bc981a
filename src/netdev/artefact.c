/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/artefact.h"

const char *artefact_form_name(enum artefact_form form, bool secrets)
{
    if (form == ARTEFACT_DELTA)
        return secrets ? "delta_with_secrets" : "delta";
    return secrets ? "full_with_secrets" : "full";
}

/* What comes before the end of a configuration: that is entered, too. */
static void add_config(str config, struct buf *out)
{
    while (config.n > 0) {
        str line = str_cut(&config, '\n');

        if (!str_eq_c(str_trim(line), "end"))
            buf_printf(out, "%" PRIstr "\n", ARGstr(line));
    }
}

void artefact_write(enum artefact_form form, str config, str lines,
                    struct buf *out)
{
    lines = str_trim(lines);
    if (form == ARTEFACT_FULL)
        add_config(config, out);
    if (lines.n > 0)
        buf_printf(out, "%" PRIstr "\n", ARGstr(lines));
    if (form == ARTEFACT_FULL)
        buf_add_c(out, "end\n");
}
