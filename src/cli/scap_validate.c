/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/term.h"
#include "scap/scap.h"

static int print(const struct scap *scap, bool good, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(HELP_TEXT_MAX);
    struct term term = term_init();

    for (size_t i = 0; i < scap->problems.n; i++) {
        const struct scap_problem *p = &scap->problems.p[i];

        buf_add_c(&out, p->fatal ? "error: " : "warning: ");
        if (p->line > 0)
            buf_printf(&out, "line %u: ", p->line);
        term_text(&term, &out, p->text, TERM_WIDE);
        buf_add_char(&out, '\n');
    }
    term_text(&term, &out, scap->name, TERM_WIDE);
    buf_add_c(&out, good ? ": valid\n" : ": not valid\n");
    return help_print(&out, err);
}

static int write_json(const struct scap *scap, bool good, const char *path,
                      struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    int rc = io_out_open(path, &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    json_write_object(w);
    json_write_key(w, "valid");
    json_write_bool(w, good);
    json_write_key(w, "problems");
    json_write_array(w);
    for (size_t i = 0; i < scap->problems.n; i++) {
        const struct scap_problem *p = &scap->problems.p[i];

        json_write_object(w);
        json_write_member(w, "level", p->fatal ? STR("error") : STR("warning"));
        json_write_key(w, "line");
        json_write_i64(w, p->line);
        json_write_member(w, "text", p->text);
        json_write_object_end(w);
    }
    json_write_array_end(w);
    json_write_object_end(w);
    json_write_free(w);
    return io_out_finish(out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(scap_freep) struct scap *scap = NULL;
    const char *json = cli_value(cli, "json");
    bool good;
    int rc = scap_load(cli->args.p[0], &scap, err);

    if (rc < 0)
        return rc;
    good = scap_validate(scap);
    rc = json != NULL ? write_json(scap, good, json, err)
                      : print(scap, good, err);
    if (rc == 0 && !good)
        rc = err_set(err, E_INVALID, "%s: is not valid", cli->args.p[0]);
    return rc;
}

static const struct cli_option options[] = {
    { "json", 0, "OUT.json", "Write the problems for programs" },
    { NULL },
};

const struct command command_scap_validate = {
    .name = "scap validate",
    .summary = "Check SCAP content",
    .arguments = "CONTENT",
    .about =
        "Reads the content whole and says what is wrong with it. An error is "
        "what makes results impossible or ambiguous: a reference to nothing, "
        "an id that is there twice, a profile or rule that extends itself. A "
        "warning concerns one rule, which is then not checked. XML signatures "
        "are not verified.",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
