/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/assess.h"

#include <time.h>

#include "cli/load.h"
#include "oval/json.h"
#include "oval/pack.h"
#include "oval/recorded.h"
#include "oval/report_html.h"
#include "oval/results.h"
#include "oval/syschar.h"
#include "oval/tree.h"
#include "probe/probe.h"

static int write_results(struct assess *assess, struct io_out *out,
                         struct err *err);

static int write_report(struct assess *assess, struct io_out *out,
                        struct err *err)
{
    return oval_report_html_write(&assess->report, out, err);
}

static int write_tsv(struct assess *assess, struct io_out *out,
                     struct err *err UNUSED)
{
    oval_tsv_write(&assess->report, out);
    return 0;
}

static int write_json(struct assess *assess, struct io_out *out,
                      struct err *err UNUSED)
{
    oval_json_write(&assess->report, out);
    return 0;
}

static int write_syschar(struct assess *assess, struct io_out *out,
                         struct err *err)
{
    return oval_syschar_write(&assess->report, out, err);
}

static const struct output {
    const char *option;
    bool detail;
    int (*write)(struct assess *assess, struct io_out *out, struct err *err);
} outputs[] = {
    { "results", true, write_results },  { "report", true, write_report },
    { "tsv", false, write_tsv },         { "json", true, write_json },
    { "syschar", false, write_syschar },
};

/* Where the option's output goes; NULL when it was not given, and when the
 * command has no output of that name (--syschar of analyse is its input). */
static const char *output_path(const struct cli *cli, const char *option)
{
    const struct cli_option *list = cli->command->options;

    for (; list->name != NULL; list++) {
        if (strcmp(list->name, option) == 0 &&
            strncmp(list->value, "OUT", 3) == 0)
            return cli_value(cli, option);
    }
    return NULL;
}

bool assess_has_output(const struct cli *cli)
{
    for (size_t i = 0; i < COUNT(outputs); i++) {
        if (output_path(cli, outputs[i].option) != NULL)
            return true;
    }
    return false;
}

bool assess_writes_stdout(const struct cli *cli)
{
    for (size_t i = 0; i < COUNT(outputs); i++) {
        const char *path = output_path(cli, outputs[i].option);

        if (path != NULL && strcmp(path, "-") == 0)
            return true;
    }
    return false;
}

/* Without any output a person reads, and wants detail. */
static bool needs_detail(const struct cli *cli)
{
    for (size_t i = 0; i < COUNT(outputs); i++) {
        if (outputs[i].detail && output_path(cli, outputs[i].option) != NULL)
            return true;
    }
    return !assess_has_output(cli);
}

static int check_outputs(const struct cli *cli, struct err *err)
{
    const char *first = NULL;

    for (size_t i = 0; i < COUNT(outputs); i++) {
        const char *path = output_path(cli, outputs[i].option);

        if (path == NULL || strcmp(path, "-") != 0)
            continue;
        if (first != NULL)
            return err_set(err, E_USAGE,
                           "--%s and --%s cannot both go to standard output",
                           first, outputs[i].option);
        first = outputs[i].option;
    }
    return 0;
}

static int load_variables(struct assess *assess, struct err *err)
{
    const struct cli *cli = assess->cli;
    int rc = 0;

    assess->variables = oval_variables_new();
    if (!cli_offers(cli, "variables"))
        return 0;
    for (size_t i = 0; rc == 0; i++) {
        AUTO(stream_freep) struct stream *stream = NULL;
        const char *path = cli_value_at(cli, "variables", i);

        if (path == NULL)
            break;
        rc = stream_open(path, NULL, &stream, err);
        if (rc == 0)
            rc = oval_variables_load(assess->variables, stream, err);
    }
    return rc;
}

static int open_recorded(struct assess *assess, const char *path,
                         struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    int rc = stream_open(path, NULL, &stream, err);

    if (rc < 0)
        return rc;
    return oval_recorded_new(stream, &assess->source, err);
}

int assess_init(struct assess *assess, const struct cli *cli,
                const char *syschar, struct err *err)
{
    int rc;

    assess->cli = cli;
    assess->detail |= needs_detail(cli);
    if (cli_offers(cli, "source-packages"))
        assess->source_packages |= cli_has(cli, "source-packages");
    rc = check_outputs(cli, err);
    if (rc == 0 && cli_offers(cli, "risk"))
        rc = risks_open(&assess->risks, cli_value(cli, "risk"),
                        cli_offers(cli, "dir") ? cli_value(cli, "dir") : NULL,
                        err);
    if (rc == 0)
        rc = load_variables(assess, err);
    if (rc < 0)
        return rc;
    progress_init(&assess->progress, "Evaluating", cli_is_quiet(cli));
    if (syschar != NULL)
        return open_recorded(assess, syschar, err);
    if (device_source_wanted(cli))
        return device_source_new(cli, &assess->device, &assess->source, err);
    return probe_source_new(
        &(struct probe_options){
            .root = cli_value(cli, "root"),
            .source_packages = assess->source_packages,
        },
        &assess->source, err);
}

void assess_clear(struct assess *assess)
{
    progress_end(&assess->progress);
    for (size_t i = 0; i < assess->contents.n; i++) {
        oval_eval_free(assess->contents.p[i].eval);
        oval_content_free(assess->contents.p[i].content);
        vec_clear(&assess->contents.p[i].only);
    }
    vec_clear(&assess->contents);
    vec_clear(&assess->parts);
    risks_close(&assess->risks);
    oval_source_free(assess->source);
    oval_variables_free(assess->variables);
    outputs_clear(&assess->device);
    assess->source = NULL;
    assess->variables = NULL;
}

static void on_progress(void *ctx, size_t done, size_t total)
{
    struct assess *assess = ctx;

    progress_update(&assess->progress, done, total);
}

int assess_add(struct assess *assess, const char *path, struct err *err)
{
    struct oval_eval_options options = {
        .detail = assess->detail,
        .variables = assess->variables,
        .progress = on_progress,
        .progress_ctx = assess,
    };
    struct assess_content *last;
    int rc;

    for (size_t i = 0; i < assess->contents.n; i++) {
        if (strcmp(path, "-") == 0 &&
            strcmp(assess->contents.p[i].path, "-") == 0)
            return err_set(err, E_USAGE,
                           "standard input can be read only once");
    }
    last = vec_push(&assess->contents);
    last->path = path;
    rc = load_content(assess->cli, &(struct load){ &path, 1, false },
                      &last->content, err);
    if (rc == 0 && assess->detail &&
        oval_pack_check_prose(last->content, err) < 0)
        rc = err_wrap(err, E_CORRUPT, "%s", path);
    if (rc < 0)
        return rc;
    return oval_eval_new(last->content, assess->source, &options, &last->eval,
                         err);
}

int assess_add_arguments(struct assess *assess, struct err *err)
{
    const struct cli *cli = assess->cli;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < cli->args.n; i++)
        rc = assess_add(assess, cli->args.p[i], err);
    return rc;
}

/* Keeps `only` ascending and without repetition. */
static void choose(struct assess_content *content, uint32_t index)
{
    size_t at = content->only.n;

    for (size_t i = 0; i < content->only.n; i++) {
        if (content->only.p[i] == index)
            return;
    }
    vec_push(&content->only);
    for (; at > 0 && content->only.p[at - 1] > index; at--)
        content->only.p[at] = content->only.p[at - 1];
    content->only.p[at] = index;
}

static int choose_all(struct assess *assess, struct err *err)
{
    for (size_t i = 0;; i++) {
        const char *id = cli_value_at(assess->cli, "id", i);
        bool found = false;

        if (id == NULL)
            return 0;
        assess->chosen = true;
        for (size_t k = 0; k < assess->contents.n; k++) {
            struct assess_content *content = &assess->contents.p[k];
            uint32_t index = oval_content_find(content->content, str_c(id));

            if (index == OVAL_NONE)
                continue;
            choose(content, index);
            found = true;
        }
        if (!found)
            return err_set(err, E_ABSENT,
                           "there is no definition '%s' in the content", id);
    }
}

static int evaluate(struct assess *assess, struct assess_content *content,
                    struct err *err)
{
    enum oval_result result;
    int rc = 0;

    if (!assess->chosen)
        return oval_eval_all(content->eval, err);
    for (size_t i = 0; rc == 0 && i < content->only.n; i++)
        rc = oval_eval_definition(content->eval, content->only.p[i], &result,
                                  err);
    return rc;
}

static void make_report(struct assess *assess)
{
    static const uint32_t none;

    for (size_t i = 0; i < assess->contents.n; i++) {
        struct assess_content *content = &assess->contents.p[i];
        const uint32_t *only = content->only.n > 0 ? content->only.p : &none;

        *vec_push(&assess->parts) = (struct oval_report_content){
            .eval = content->eval,
            .name = content->path,
            .only = assess->chosen ? only : NULL,
            .only_count = content->only.n,
        };
    }
    assess->report =
        (struct oval_report){ assess->parts.p, assess->parts.n, time(NULL),
                              risks_rater(&assess->risks) };
}

int assess_run(struct assess *assess, struct err *err)
{
    int rc = 0;

    if (cli_offers(assess->cli, "id"))
        rc = choose_all(assess, err);
    for (size_t i = 0; rc == 0 && i < assess->contents.n; i++)
        rc = evaluate(assess, &assess->contents.p[i], err);
    progress_end(&assess->progress);
    if (rc < 0)
        return rc;
    make_report(assess);
    return 0;
}

int assess_collect(struct assess *assess, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < assess->contents.n; i++)
        rc = oval_eval_collect_all(assess->contents.p[i].eval, err);
    progress_end(&assess->progress);
    if (rc < 0)
        return rc;
    make_report(assess);
    return 0;
}

static int write_results(struct assess *assess, struct io_out *out,
                         struct err *err)
{
    AUTO(stream_freep) struct stream *definitions = NULL;
    const char *path = assess->contents.p[0].path;
    int rc;

    if (!cli_has(assess->cli, "include-definitions"))
        return oval_results_write(&assess->report, NULL, out, err);
    if (assess->contents.n != 1 || strcmp(path, "-") == 0)
        return err_set(err, E_USAGE,
                       "--include-definitions needs one content, which is "
                       "a file");
    rc = stream_open(path, NULL, &definitions, err);
    if (rc < 0)
        return rc;
    return oval_results_write(&assess->report, definitions, out, err);
}

int assess_write(struct assess *assess, struct err *err)
{
    for (size_t i = 0; i < COUNT(outputs); i++) {
        const char *path = output_path(assess->cli, outputs[i].option);
        AUTO(io_out_freep) struct io_out *out = NULL;
        int rc;

        if (path == NULL)
            continue;
        rc = io_out_open(path, &out, err);
        if (rc == 0)
            rc = outputs[i].write(assess, out, err);
        if (rc == 0)
            rc = io_out_finish(out, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int assess_explain(struct assess *assess, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct term term = term_init();
    struct oval_tree_options options = { .ascii = !term.utf8,
                                         .color = term.colour };
    struct oval_report_step step = { 0 };
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    while (oval_report_next(&assess->report, &step))
        oval_tree_write(step.eval, step.definition, &options, out);
    return io_out_finish(out, err);
}

int assess_exit(const struct assess *assess)
{
    struct oval_report_step step = { 0 };

    if (!cli_has(assess->cli, "exit-code"))
        return 0;
    while (oval_report_next(&assess->report, &step)) {
        if (step.meaning == OVAL_MEANS_BAD ||
            step.meaning == OVAL_MEANS_UNDECIDED)
            return CLI_FOUND;
    }
    return 0;
}
