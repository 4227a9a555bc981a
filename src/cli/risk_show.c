/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/help.h"
#include "cli/risks.h"
#include "cli/term.h"
#include "risk/cve.h"
#include "risk/rating.h"

static const char *const input_names[RISK_KINDS] = {
    [RISK_CVSS] = "CVSS",
    [RISK_KEV] = "exploited",
    [RISK_EPSS] = "EPSS",
    [RISK_SSVC] = "exploitation",
};

static void add(struct buf *out, const char *label, str text)
{
    struct term term = term_init();

    buf_printf(out, "  %-12s ", label);
    term_text(&term, out, text, TERM_WIDE);
    buf_add_char(out, '\n');
}

static void value_cvss(const struct risk *risk, struct buf *out)
{
    buf_printf(out, "%u.%u %s, by %" PRIstr, risk->score / 10, risk->score % 10,
               cvss_rating_text(cvss_rating_of(risk->version, risk->score)),
               ARGstr(risk->source));
    if (risk->scorer.n > 0)
        buf_printf(out, " (%" PRIstr ")", ARGstr(risk->scorer));
    buf_printf(out, " CVSS %s", cvss_version_text(risk->version));
}

static void value_kev(const struct risk *risk, struct buf *out)
{
    char space[DAY_TEXT_SIZE];

    buf_printf(out, "yes, by %" PRIstr ", since %" PRIstr,
               ARGstr(risk->exploited_source),
               ARGstr(day_text(risk->added, space)));
    if (risk->due > 0)
        buf_printf(out, ", to be fixed by %" PRIstr,
                   ARGstr(day_text(risk->due, space)));
    if (risk->ransomware)
        buf_add_c(out, ", in ransomware campaigns");
}

static void value_epss(const struct risk *risk, struct buf *out)
{
    buf_printf(out, "%u.%06u, percentile %u.%06u, by %" PRIstr,
               risk->epss / 1000000, risk->epss % 1000000,
               risk->percentile / 1000000, risk->percentile % 1000000,
               ARGstr(risk->epss_source));
}

static void value_ssvc(const struct risk *risk, struct buf *out)
{
    buf_printf(out, "%s, by %" PRIstr,
               risk_exploitation_text(risk->exploitation),
               ARGstr(risk->exploitation_source));
}

typedef void value_fn(const struct risk *risk, struct buf *out);
static value_fn *const values[RISK_KINDS] = {
    [RISK_CVSS] = value_cvss,
    [RISK_KEV] = value_kev,
    [RISK_EPSS] = value_epss,
    [RISK_SSVC] = value_ssvc,
};

/* What the input says, or why it says nothing; when it is of; whether that is
 * too long ago (P-RSK-9). */
static void add_input(const struct risk_rating *rating, enum risk_kind kind,
                      struct buf *out)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 12);
    const struct risk_input *input = &rating->inputs[kind];

    if (input->state == RISK_STATED)
        values[kind](&rating->facts, &text);
    else if (input->state == RISK_SILENT && kind == RISK_KEV)
        buf_printf(&text, "not known, by %" PRIstr, ARGstr(input->source));
    else
        buf_add_c(&text, risk_input_state_text(input->state));
    if (input->state == RISK_SILENT && kind != RISK_KEV)
        buf_printf(&text, " (%" PRIstr ")", ARGstr(input->source));
    if (input->date.n > 0)
        buf_printf(&text, ", of %" PRIstr, ARGstr(input->date));
    if (input->stale)
        buf_add_c(&text, " - stale");
    add(out, input_names[kind], buf_str(&text));
    if (kind == RISK_CVSS && rating->facts.vector.n > 0)
        add(out, "vector", rating->facts.vector);
}

static void print(const char *cve, const struct risk_rating *rating,
                  struct buf *out)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 12);

    if (rating->rated)
        buf_printf(&text, "%u.%u %s (open formula: %s; S %u.%u%s, T %u)%s",
                   rating->tenths / 10, rating->tenths % 10,
                   cvss_rating_text(risk_rating_group(rating->tenths)),
                   rating->reason, rating->cvss / 10, rating->cvss % 10,
                   rating->cvss_assumed ? " assumed" : "", rating->threat,
                   rating->stale ? " - stale" : "");
    else
        buf_printf(&text, "not rated: %s", rating->reason);
    buf_printf(out, "%s\n", cve);
    add(out, "rating", buf_str(&text));
    for (unsigned i = 0; i < RISK_KINDS; i++)
        add_input(rating, (enum risk_kind)i, out);
}

/* --- For programs. --- */

static void json_tenths(struct json_writer *w, const char *key, bool known,
                        unsigned tenths)
{
    char space[16];

    json_write_key(w, key);
    if (!known) {
        json_write_null(w);
        return;
    }
    snprintf(space, sizeof(space), "%u.%u", tenths / 10, tenths % 10);
    json_write_number(w, str_c(space));
}

static void json_input(struct json_writer *w, const struct risk_rating *rating,
                       enum risk_kind kind)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 12);
    const struct risk_input *input = &rating->inputs[kind];

    if (input->state == RISK_STATED)
        values[kind](&rating->facts, &text);
    json_write_object(w);
    json_write_member(w, "input", str_c(input_names[kind]));
    json_write_member(w, "state", str_c(risk_input_state_text(input->state)));
    json_write_member(w, "value", text.n > 0 ? buf_str(&text) : STR_NONE);
    json_write_member(w, "source",
                      input->source.n > 0 ? input->source : STR_NONE);
    json_write_member(w, "date", input->date.n > 0 ? input->date : STR_NONE);
    json_write_key(w, "stale");
    json_write_bool(w, input->stale);
    json_write_object_end(w);
}

static void json_rating(struct json_writer *w, const char *cve,
                        const struct risk_rating *rating)
{
    const struct risk *risk = &rating->facts;

    json_write_object(w);
    json_write_member(w, "cve", str_c(cve));
    json_tenths(w, "rating", rating->rated, rating->tenths);
    json_write_member(w, "reason", str_c(rating->reason));
    json_write_key(w, "stale");
    json_write_bool(w, rating->stale);
    json_tenths(w, "cvss", risk->version != CVSS_NONE, risk->score);
    json_write_member(w, "vector",
                      risk->vector.n > 0 ? risk->vector : STR_NONE);
    json_write_key(w, "exploited");
    json_write_bool(w, rating->exploited);
    json_write_key(w, "inputs");
    json_write_array(w);
    for (unsigned i = 0; i < RISK_KINDS; i++)
        json_input(w, rating, (enum risk_kind)i);
    json_write_array_end(w);
    json_write_object_end(w);
}

/* --- The command. --- */

struct showing {
    struct risk_data *data;
    struct risk_clock clock;
    struct buf *out;
    struct json_writer *json; /* NULL: for people */
};

static int show(const struct showing *s, const char *cve, struct err *err)
{
    struct risk_rating rating;
    uint64_t key;
    int rc = cve_parse(str_c(cve), &key, err);

    if (rc < 0)
        return err_wrap(err, E_USAGE, "CVE");
    rc = risk_rate(s->data, str_c(cve), &s->clock, &rating, err);
    if (rc < 0)
        return rc;
    if (s->json != NULL)
        json_rating(s->json, cve, &rating);
    else
        print(cve, &rating, s->out);
    return 0;
}

static int show_all(const struct cli *cli, struct showing *s, struct err *err)
{
    AUTO(io_out_freep) struct io_out *file = NULL;
    int rc = 0;

    if (cli_has(cli, "json")) {
        rc = io_out_open(cli_value(cli, "json"), &file, err);
        if (rc < 0)
            return rc;
        s->json = json_write_new(file);
        json_write_array(s->json);
    }
    for (size_t i = 0; rc == 0 && i < cli->args.n; i++)
        rc = show(s, cli->args.p[i], err);
    if (s->json == NULL)
        return rc < 0 ? rc : help_print(s->out, err);
    json_write_array_end(s->json);
    json_write_free(s->json);
    return rc < 0 ? rc : io_out_finish(file, err);
}

static int read_clock(const struct cli *cli, struct risk_clock *clock,
                      struct err *err)
{
    const char *days = cli_value(cli, "stale-days");
    int64_t stale = RISK_STALE_DAYS;
    int rc = 0;

    if (days != NULL)
        rc = str_to_i64(str_c(days), 0, 36500, &stale, err);
    *clock =
        (struct risk_clock){ (uint16_t)(time(NULL) / 86400), (unsigned)stale };
    return rc < 0 ? err_wrap(err, E_USAGE, "--stale-days") : 0;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 24);
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(risk_data_freep) struct risk_data *data = NULL;
    struct showing s = { .out = &out };
    int rc = read_clock(cli, &s.clock, err);

    if (rc == 0)
        rc = risks_open_data(&arena, cli_value(cli, "dir"), &data, err);
    s.data = data;
    return rc < 0 ? rc : show_all(cli, &s, err);
}

static const struct cli_option options[] = {
    { "stale-days", 0, "N", "Mark what is older than N days as stale (30)" },
    { "json", 0, "OUT.json", "Write the ratings for programs" },
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_risk_show = {
    .name = "risk show",
    .summary = "Show what the risk data say of a CVE, and its open rating",
    .arguments = "CVE...",
    .about = "Shows the open rating from 0.0 to 10.0, made by a documented "
             "formula, and everything it is made of: the CVSS score with its "
             "vector, whether the CVE is known to be exploited, its EPSS "
             "score, how far exploitation has come; each with its source, "
             "its date, and whether that is stale. 'not checked' says that "
             "no such source was imported, 'says nothing' that it was asked.",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
