/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/advisory_edit.h"

#include <stdio.h>
#include <time.h>

#include "cli/advisories.h"
#include "cli/term.h"

/* What is damaged in use cannot be built upon: --new starts afresh. */
static int open_draft(struct advisory_edit *edit, struct err *err)
{
    struct err problem = { 0 };
    int rc = 0;

    if (!cli_has(edit->cli, "new"))
        rc = advisory_data_open(edit->path, &edit->data, &problem);
    if (rc == 0 || rc == E_ABSENT)
        rc = advisory_draft_new(edit->data, &edit->draft, &problem);
    return rc < 0
               ? err_set(err, rc, "%s; --new starts without it", problem.text)
               : 0;
}

int advisory_edit_begin(struct advisory_edit *edit, const struct cli *cli,
                        struct err *err)
{
    int rc = store_open(&edit->store, cli_value(cli, "dir"), err);

    edit->cli = cli;
    if (rc == 0)
        rc = feeds_lock(&edit->store, cli, err);
    if (rc < 0)
        return rc;
    edit->path = advisories_path(&edit->store.arena, edit->store.dir);
    return open_draft(edit, err);
}

static void say(const struct advisory_imported *imported)
{
    AUTO(buf_clear) struct buf line = BUF(1 << 16);
    struct term term = term_init();

    term_text(&term, &line, imported->source, TERM_WIDE);
    buf_printf(&line, ": imported, %zu advisories, %zu notices of %zu packages",
               imported->advisories, imported->notices, imported->items);
    if (imported->documents > 1)
        buf_printf(&line, " from %zu documents", imported->documents);
    if (imported->date.n > 0) {
        buf_add_c(&line, ", of ");
        term_text(&term, &line, imported->date, TERM_WIDE);
    }
    if (imported->skipped > 0)
        buf_printf(&line, " (%zu passed over)", imported->skipped);
    puts(buf_c(&line));
}

int advisory_edit_import(struct advisory_edit *edit, const char *path,
                         struct err *err)
{
    struct advisory_import import = {
        .path = path,
        .source = cli_value(edit->cli, "source"),
        .release = cli_value(edit->cli, "release"),
        .now_s = time(NULL),
    };
    struct advisory_imported imported;
    int rc = advisory_import(edit->draft, &import, &imported, err);

    if (rc == 0 && !cli_has(edit->cli, "quiet"))
        say(&imported);
    return rc;
}

int advisory_edit_finish(struct advisory_edit *edit, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc = io_out_open(edit->path, &out, err);

    if (rc == 0)
        rc = advisory_draft_write(edit->draft, out, err);
    return rc < 0 ? rc : io_out_finish(out, err);
}

void advisory_edit_clear(struct advisory_edit *edit)
{
    advisory_draft_freep(&edit->draft);
    advisory_data_freep(&edit->data);
    store_close(&edit->store);
}
