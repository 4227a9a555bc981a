/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/roster_load.h"

#include "base/buf.h"
#include "cli/input.h"
#include "cli/term.h"

static void tell(const char *name, const struct roster_problem *problem)
{
    AUTO(buf_clear) struct buf text = BUF(8192);
    struct term term = term_init();

    buf_printf(&text, "%s:%u: ", name, problem->line);
    term_text(&term, &text, problem->text, TERM_WIDE);
    fprintf(stderr, "%s\n", buf_c(&text));
}

static int read_file(const struct cli *cli, enum roster_format format,
                     const char *path, struct roster *out, struct err *err)
{
    struct buf text = BUF(ROSTER_TEXT_MAX);
    const char *delimiter = cli_value(cli, "delimiter");
    const char *family =
        cli_offers(cli, "family") ? cli_value(cli, "family") : NULL;
    struct roster_options options = {
        .columns = str_c(cli_value(cli, "columns")),
        .delimiter = delimiter != NULL ? delimiter[0] : '\0',
        .family = family != NULL ? family_find(str_c(family)) : NULL,
    };
    size_t before = out->problems.n;
    size_t devices = out->list.n;
    const char *name;
    int rc = input_read(path, &text, &name, err);

    if (rc == 0) {
        rc = roster_read(format, &options, buf_str(&text), out, err);
        if (rc < 0)
            rc = err_wrap(err, rc, "%s", name);
    }
    for (size_t i = before; rc == 0 && i < out->problems.n; i++)
        tell(name, &out->problems.p[i]);
    for (size_t i = devices; format == ROSTER_CONFIG && i < out->list.n; i++)
        out->list.p[i].file = path;
    buf_wipe(&text);
    return rc;
}

static int read_logins(const char *path, struct roster *roster,
                       size_t *out_problems, struct err *err)
{
    AUTO(clogin_clear) struct clogin clogin = { 0 };
    struct buf text = BUF(ROSTER_TEXT_MAX);
    const char *name;
    int rc = input_read(path, &text, &name, err);

    if (rc == 0) {
        rc = clogin_read(buf_str(&text), &clogin, err);
        if (rc < 0)
            rc = err_wrap(err, rc, "%s", name);
    }
    buf_wipe(&text);
    for (size_t i = 0; rc == 0 && i < clogin.problems.n; i++)
        tell(name, &clogin.problems.p[i]);
    if (rc == 0) {
        clogin_apply(&clogin, roster);
        *out_problems += clogin.problems.n;
    }
    return rc;
}

int roster_load(const struct cli *cli, const char *const *files, size_t n,
                struct roster *out, size_t *out_problems, struct err *err)
{
    enum roster_format format = ROSTER_CSV;
    int rc = 0;

    if (cli_value(cli, "format") != NULL)
        rc = roster_format_find(str_c(cli_value(cli, "format")), &format, err);
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = read_file(cli, format, files[i], out, err);
    *out_problems = out->problems.n + out->dropped;
    if (rc == 0 && cli_value(cli, "logins") != NULL)
        rc = read_logins(cli_value(cli, "logins"), out, out_problems, err);
    return rc;
}
