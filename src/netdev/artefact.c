/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/artefact.h"

#include "netdev/overlay.h"

const char *artefact_form_name(enum artefact_form form, bool secrets)
{
    if (form == ARTEFACT_DELTA)
        return secrets ? "delta_with_secrets" : "delta";
    return secrets ? "full_with_secrets" : "full";
}

static void add_text(struct buf *out, str text)
{
    buf_add(out, text);
    if (text.n > 0 && !str_ends(text, STR("\n")))
        buf_add_char(out, '\n');
}

int artefact_write(const struct artefact_parts *parts, struct buf *out,
                   struct err *err)
{
    str lines = str_trim(parts->lines);
    int rc;

    if (parts->form == ARTEFACT_DELTA) {
        add_text(out, lines);
        return buf_finish(out, "the file", err);
    }
    if (lines.n == 0) {
        add_text(out, parts->config);
        return buf_finish(out, "the file", err);
    }
    rc = config_overlay(parts->family, parts->config, lines, out, err);
    return rc < 0 ? err_wrap(err, rc, "the whole configuration") : 0;
}
