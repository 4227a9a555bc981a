/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/risk_edit.h"

#include <stdio.h>

#include "cli/risks.h"
#include "cli/term.h"

/* What is damaged in use cannot be built upon: --new starts afresh. */
static int open_draft(const struct cli *cli, const char *path,
                      struct risk_draft **out, struct err *err)
{
    AUTO(risk_data_freep) struct risk_data *data = NULL;
    struct err problem = { 0 };
    int rc = 0;

    if (!cli_has(cli, "new"))
        rc = risk_data_open(path, &data, &problem);
    if (rc == 0 || rc == E_ABSENT)
        rc = risk_draft_new(data, out, &problem);
    return rc < 0
               ? err_set(err, rc, "%s; --new starts without it", problem.text)
               : 0;
}

int risk_edit_begin(struct risk_edit *edit, const struct cli *cli,
                    struct err *err)
{
    int rc = store_open(&edit->store, cli_value(cli, "dir"), err);

    edit->cli = cli;
    if (rc == 0)
        rc = feeds_lock(&edit->store, cli, err);
    if (rc < 0)
        return rc;
    edit->path = risks_path(&edit->store.arena, edit->store.dir);
    return open_draft(cli, edit->path, &edit->draft, err);
}

int risk_edit_import(struct risk_edit *edit, const struct risk_import *import,
                     struct err *err)
{
    struct risk_imported imported;
    int rc = risk_import(edit->draft, import, &imported, err);

    if (rc == 0)
        *vec_push(&edit->imported) = imported;
    return rc;
}

static void say(const struct risk_imported *imported)
{
    static const char *const what[RISK_KINDS] = {
        [RISK_CVSS] = "scores",
        [RISK_KEV] = "known exploited vulnerabilities",
        [RISK_EPSS] = "scores",
        [RISK_SSVC] = "assessments of exploitation",
    };
    AUTO(buf_clear) struct buf line = BUF(1 << 16);
    struct term term = term_init();

    term_text(&term, &line, imported->name, TERM_WIDE);
    buf_printf(&line, ": imported, %zu %s", imported->entries,
               what[imported->kind]);
    if (imported->date.n > 0) {
        buf_add_c(&line, " of ");
        term_text(&term, &line, imported->date, TERM_WIDE);
    }
    if (imported->differ > 0)
        buf_printf(&line,
                   " (%zu are not what their vector gives; they are kept "
                   "as they are stated)",
                   imported->differ);
    puts(buf_c(&line));
}

int risk_edit_finish(struct risk_edit *edit, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc = io_out_open(edit->path, &out, err);

    if (rc == 0)
        rc = risk_draft_write(edit->draft, out, err);
    if (rc == 0)
        rc = io_out_finish(out, err);
    for (size_t i = 0; rc == 0 && i < edit->imported.n; i++) {
        if (!cli_has(edit->cli, "quiet"))
            say(&edit->imported.p[i]);
    }
    return rc;
}

void risk_edit_clear(struct risk_edit *edit)
{
    vec_clear(&edit->imported);
    risk_draft_freep(&edit->draft);
    store_close(&edit->store);
}
