/* SPDX-License-Identifier: Apache-2.0
 *
 * One assessment: contents evaluated on one system, from the options that
 * `oval eval`, `oval collect`, `oval analyse`, `oval explain` and `scan`
 * share, to the files they write.
 *
 * Every content is evaluated by itself, on the same source, in the order of
 * the command line. What was evaluated lives until assess_clear().
 */
#ifndef CLI_ASSESS_H
#define CLI_ASSESS_H

#include "cli/cli.h"
#include "cli/device_source.h"
#include "cli/risks.h"
#include "cli/term.h"
#include "oval/report.h"

struct assess_content {
    const char *path; /* as given */
    struct oval_content *content;
    struct oval_eval *eval;
    VEC(uint32_t) only; /* definitions of --id, ascending */
};

struct assess {
    const struct cli *cli;
    bool detail;          /* see struct oval_eval_options */
    bool source_packages; /* set before assess_init(): as the option */
    bool chosen;          /* --id was given: only those are evaluated */
    struct oval_source *source;
    struct device_outputs device; /* what the source reads, with --device */
    struct oval_variables *variables;
    VEC(struct assess_content) contents;
    VEC(struct oval_report_content) parts;
    struct oval_report report;
    struct risks risks;
    struct progress progress;
};

/* The options of a live system or a root; of what is evaluated; of what is
 * written. For the lists of the commands that use them. */
#define ASSESS_SOURCE_OPTIONS                                                  \
    { "root", 0, "DIR",                                                        \
      "Look at the system below DIR instead of this machine" },                \
    {                                                                          \
        "source-packages", 0, NULL,                                            \
            "A name of a dpkg package also means its source package"           \
    }

#define ASSESS_VARIABLES_OPTION                                                \
    {                                                                          \
        "variables", 0, "FILE",                                                \
            "Take the values of external variables from an OVAL variables "    \
            "document (may be repeated)"                                       \
    }

#define ASSESS_ID_OPTION                                                       \
    {                                                                          \
        "id", 0, "DEF-ID", "Evaluate only this definition (may be repeated)"   \
    }

#define ASSESS_RESULT_OPTIONS                                                  \
    { "results", 0, "OUT.xml", "Write an OVAL results document" },             \
        { "report", 0, "OUT.html", "Write a report for people" },              \
        { "tsv", 0, "OUT.tsv", "Write definition and result, a line each" },   \
        { "json", 0, "OUT.json", "Write everything for programs" },            \
        RISKS_OPTION,                                                          \
        { "include-definitions", 0, NULL,                                      \
          "Copy the definitions document into the results" },                  \
    {                                                                          \
        "exit-code", 0, NULL,                                                  \
            "End with exit code 1 when something bad was found or could not "  \
            "be decided"                                                       \
    }

#define ASSESS_SYSCHAR_OPTION                                                  \
    {                                                                          \
        "syschar", 0, "OUT.xml",                                               \
            "Write the OVAL system characteristics that were collected"        \
    }

/* Starts an assessment on the machine, --root or --device, or, with a path in
 * `syschar`, on recorded facts. Reads --variables. */
int assess_init(struct assess *assess, const struct cli *cli,
                const char *syschar, struct err *err) MUST_CHECK;
void assess_clear(struct assess *assess);

/* Opens path and makes it the last content. */
int assess_add(struct assess *assess, const char *path,
               struct err *err) MUST_CHECK;

/* Adds every argument of the command line. */
int assess_add_arguments(struct assess *assess, struct err *err) MUST_CHECK;

/* Evaluates what --id names, or everything. */
int assess_run(struct assess *assess, struct err *err) MUST_CHECK;

/* Collects every object of every content instead. */
int assess_collect(struct assess *assess, struct err *err) MUST_CHECK;

/* True when an option asks for a file. */
bool assess_has_output(const struct cli *cli);

/* True when one of them is standard output. */
bool assess_writes_stdout(const struct cli *cli);

/* Writes the files that were asked for. */
int assess_write(struct assess *assess, struct err *err) MUST_CHECK;

/* Writes why every definition of the report has its result to standard
 * output. */
int assess_explain(struct assess *assess, struct err *err) MUST_CHECK;

/* CLI_FOUND when --exit-code was given and a definition means something bad
 * or could not be decided; otherwise 0. */
int assess_exit(const struct assess *assess);

#endif
