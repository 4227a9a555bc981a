/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "cli/commands.h"
#include "cli/device_source.h"
#include "cli/help.h"
#include "cli/term.h"
#include "probe/probe.h"
#include "scap/report.h"

struct run {
    const struct cli *cli;
    const char *path;
    struct scap *scap;
    struct scap *tailoring;
    struct scap_policy *policy;
    struct oval_source *source;
    struct device_outputs device; /* what the source reads, with --device */
    struct scap_result *result;
    struct progress progress;
};

static int write_results(struct run *run, struct io_out *out, struct err *err)
{
    return scap_test_result_write(run->result, out, err);
}

static int write_arf(struct run *run, struct io_out *out, struct err *err)
{
    AUTO(stream_freep) struct stream *content = NULL;
    int rc = 0;

    if (run->scap->form == SCAP_FORM_STREAM && strcmp(run->path, "-") != 0 &&
        !run->scap->bundled)
        rc = stream_open(run->path, NULL, &content, err);
    return rc < 0 ? rc : scap_arf_write(run->result, content, out, err);
}

static int write_report(struct run *run, struct io_out *out, struct err *err)
{
    return scap_html_write(run->result, out, err);
}

static int write_json(struct run *run, struct io_out *out, struct err *err)
{
    return scap_json_write(run->result, out, err);
}

static int write_tsv(struct run *run, struct io_out *out,
                     struct err *err UNUSED)
{
    scap_tsv_write(run->result, out);
    return 0;
}

static const struct output {
    const char *option;
    bool detail;
    int (*write)(struct run *run, struct io_out *out, struct err *err);
} outputs[] = {
    { "results", false, write_results }, { "arf", true, write_arf },
    { "report", true, write_report },    { "json", false, write_json },
    { "tsv", false, write_tsv },
};

static bool wants(const struct cli *cli, bool detail_only)
{
    for (size_t i = 0; i < COUNT(outputs); i++)
        if ((outputs[i].detail || !detail_only) &&
            cli_value(cli, outputs[i].option) != NULL)
            return true;
    return false;
}

static int write_all(struct run *run, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < COUNT(outputs); i++) {
        AUTO(io_out_freep) struct io_out *out = NULL;
        const char *path = cli_value(run->cli, outputs[i].option);

        if (path == NULL)
            continue;
        rc = io_out_open(path, &out, err);
        if (rc == 0)
            rc = outputs[i].write(run, out, err);
        if (rc == 0)
            rc = io_out_finish(out, err);
    }
    return rc;
}

static int check_outputs(const struct cli *cli, struct err *err)
{
    unsigned n = 0;

    for (size_t i = 0; i < COUNT(outputs); i++) {
        const char *path = cli_value(cli, outputs[i].option);

        n += path != NULL && strcmp(path, "-") == 0;
    }
    return n < 2 ? 0
                 : err_set(err, E_USAGE,
                           "only one output can go to standard output");
}

static int load(struct run *run, struct err *err)
{
    const struct cli *cli = run->cli;
    const char *tailoring = cli_value(cli, "tailoring");
    struct scap_choice choice = {
        .stream = str_c(cli_value(cli, "datastream-id")),
        .benchmark = str_c(cli_value(cli, "benchmark-id")),
        .profile = str_c(cli_value(cli, "profile")),
        .tailoring_path = tailoring,
    };
    int rc = scap_load(run->path, &run->scap, err);

    if (rc == 0 && tailoring != NULL)
        rc = scap_load(tailoring, &run->tailoring, err);
    choice.tailoring = run->tailoring;
    if (rc == 0)
        rc = scap_policy_new(run->scap, &choice, &run->policy, err);
    if (rc < 0)
        return rc;
    if (device_source_wanted(cli))
        return device_source_new(cli, &run->device, &run->source, err);
    return probe_source_new(
        &(struct probe_options){ .root = cli_value(cli, "root") }, &run->source,
        err);
}

static void on_progress(void *ctx, size_t done, size_t total)
{
    struct run *run = ctx;

    progress_update(&run->progress, done, total);
}

static int evaluate(struct run *run, struct err *err)
{
    struct scap_eval_options options = {
        .detail = wants(run->cli, true),
        .now_s = clock_now(),
        .clock = clock_now,
        .progress = on_progress,
        .progress_ctx = run,
    };
    int rc;

    progress_init(&run->progress, "Evaluating", cli_is_quiet(run->cli));
    rc = scap_eval(run->policy, run->source, &options, &run->result, err);
    progress_end(&run->progress);
    return rc;
}

static void show_head(const struct run *run, const struct term *term,
                      struct buf *out)
{
    const struct scap_policy *policy = run->policy;
    const struct xccdf_item *root = &policy->benchmark->items.p[0];

    buf_add_c(out, "Benchmark  ");
    term_text(term, out, root->title, TERM_WIDE);
    buf_printf(out, " (%" PRIstr ")\n", ARGstr(policy->benchmark->version));
    buf_add_c(out, "Profile    ");
    term_text(term, out,
              policy->profile == NULL ? STR("none: as the benchmark says")
              : policy->profile->title.n > 0 ? policy->profile->title
                                             : policy->profile->id,
              TERM_WIDE);
    buf_add_c(out, "\n");
}

static void show_rule(const struct run *run, const struct term *term,
                      const struct scap_rule_result *r, struct buf *out)
{
    const struct scap_rule *rule = &run->policy->rules[r->item];

    buf_printf(out, "%-8s %-8s ", xccdf_result_text(r->result),
               xccdf_severity_text(r->severity));
    term_text(term, out, scap_policy_expand(run->policy, rule->title),
              TERM_WIDE);
    buf_add_char(out, '\n');
    if (r->message.n == 0)
        return;
    buf_add_c(out, "                  ");
    term_text(term, out, r->message, TERM_WIDE);
    buf_add_char(out, '\n');
}

static void show_those(const struct run *run, const struct term *term,
                       unsigned result, unsigned severity, struct buf *out)
{
    for (size_t i = 0; i < run->result->rules.n; i++) {
        const struct scap_rule_result *r = &run->result->rules.p[i];

        if (r->result == result && r->severity == severity)
            show_rule(run, term, r, out);
    }
}

/* What needs somebody, worst first. */
static void show_rules(const struct run *run, const struct term *term,
                       struct buf *out)
{
    static const uint8_t shown[] = { XCCDF_FAIL, XCCDF_ERROR, XCCDF_UNKNOWN };

    buf_add_char(out, '\n');
    for (size_t k = 0; k < COUNT(shown); k++)
        for (unsigned severity = XCCDF_SEVERITIES; severity-- > 0;)
            show_those(run, term, shown[k], severity, out);
    buf_add_char(out, '\n');
}

static void show_sums(const struct run *run, struct buf *out)
{
    const struct scap_result *result = run->result;

    for (unsigned i = 0; i < XCCDF_RESULTS; i++)
        if (result->counts[i] > 0)
            buf_printf(out, "%-14s %u\n", xccdf_result_text(i),
                       result->counts[i]);
    for (unsigned i = 0; i < SCAP_MODELS; i++)
        if (result->scores[i].asked)
            buf_printf(out, "Score          %.2f of %.2f (%s)\n",
                       result->scores[i].score, result->scores[i].maximum,
                       scap_model_uri(i));
}

static int show(const struct run *run, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(HELP_TEXT_MAX);
    struct term term = term_init();

    show_head(run, &term, &out);
    if (!run->result->applicable)
        buf_printf(&out, "\nThe benchmark does not apply here: %" PRIstr ".\n",
                   ARGstr(run->result->not_applicable));
    else
        show_rules(run, &term, &out);
    show_sums(run, &out);
    return help_print(&out, err);
}

static void run_clear(struct run *run)
{
    scap_result_free(run->result);
    oval_source_free(run->source);
    outputs_clear(&run->device);
    scap_policy_free(run->policy);
    scap_free(run->scap);
    scap_free(run->tailoring);
}

static bool found_bad(const struct scap_result *result)
{
    return result->counts[XCCDF_FAIL] + result->counts[XCCDF_ERROR] +
               result->counts[XCCDF_UNKNOWN] >
           0;
}

static int run_eval(struct cli *cli, struct err *err)
{
    AUTO(run_clear) struct run run = { .cli = cli, .path = cli->args.p[0] };
    int rc = check_outputs(cli, err);

    if (rc == 0)
        rc = load(&run, err);
    if (rc == 0)
        rc = evaluate(&run, err);
    if (rc == 0)
        rc = wants(cli, false) ? write_all(&run, err) : show(&run, err);
    if (rc == 0 && cli_has(cli, "exit-code") && found_bad(run.result))
        rc = CLI_FOUND;
    return rc;
}

static const struct cli_option options[] = {
    { "root", 0, "DIR",
      "Look at the system below DIR instead of this machine" },
    DEVICE_SOURCE_OPTIONS,
    { "profile", 0, "ID",
      "Test this profile: its id, or what follows _profile_ in it" },
    { "datastream-id", 0, "ID", "Take this data stream of the collection" },
    { "benchmark-id", 0, "ID", "Take this benchmark of the data stream" },
    { "tailoring", 0, "FILE", "Take profiles from an XCCDF tailoring file" },
    { "results", 0, "OUT.xml", "Write the XCCDF TestResult" },
    { "arf", 0, "OUT.xml",
      "Write a report in the Asset Reporting Format, with OVAL results" },
    { "report", 0, "OUT.html", "Write a report for people" },
    { "json", 0, "OUT.json", "Write everything for programs" },
    { "tsv", 0, "OUT.tsv", "Write rule and result, a line each" },
    { "exit-code", 0, NULL,
      "End with exit code 1 when a rule failed or could not be decided" },
    { NULL },
};

const struct command command_scap_eval = {
    .name = "scap eval",
    .summary = "Test this machine against a profile of SCAP content",
    .arguments = "CONTENT",
    .about =
        "CONTENT is a SCAP source data stream (1.2 or 1.3), plain or "
        "compressed, a bundle of SCAP 1.0 or 1.1 (ZIP), or an XCCDF document "
        "with its OVAL files beside it; '-' is standard input.\n\n"
        "Without an option that writes a file, what failed or could not be "
        "decided is shown, worst first, and the scores that the benchmark asks "
        "for. Nothing that the content refers to is fetched, and no script of "
        "it is run: such rules are 'notchecked', with the reason.\n\n"
        "  holdfast scap info ssg-debian12-ds.xml\n"
        "  holdfast scap eval --profile standard --report out.html "
        "ssg-debian12-ds.xml",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run_eval,
};
