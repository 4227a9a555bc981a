/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:textfilecontent54: what a regular expression matches in a file,
 * one item a match (independent-definitions-schema 5.11.2). Matches do not
 * overlap and are counted from 1; an instance below zero counts from the
 * last one. A group that took no part in a match gives no subexpression.
 */
#include "base/utf8.h"
#include "oval/compare.h"
#include "oval/truth.h"
#include "probe/filespec.h"

enum {
    FILE_MAX = 64 << 20,
    MATCHES_MAX = 1000 * 1000
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    const struct oval_want *pattern;
    const struct oval_want *instance;
    int64_t values[16]; /* of instance */
    bool backwards;     /* one of them is below zero */
    int64_t last;       /* no instance above it is wanted */
    unsigned flags;
    struct buf text; /* of the file */
};

struct scan { /* of one file for one expression */
    const struct job *job;
    const struct filespec_file *file;
    struct regex *regex;
    str pattern;
    str text;
    bool utf8;
    int64_t total; /* matches, when counted */
};

/* --- instances --- */

static int read_instances(struct job *job, struct err *err)
{
    const struct oval_want *want = job->instance;
    bool equals = want->operation == OVAL_EQUALS;
    int rc = 0;

    if (want->value_count > COUNT(job->values))
        return err_set(err, E_LIMIT, "instance: more than %zu values",
                       COUNT(job->values));
    if (want->operation > OVAL_LESS_THAN_OR_EQUAL ||
        want->operation == OVAL_CASE_INSENSITIVE_EQUALS ||
        want->operation == OVAL_CASE_INSENSITIVE_NOT_EQUAL)
        return err_set(err, E_INVALID,
                       "instance: operation '%s' is not defined for int",
                       oval_operation_text(want->operation));
    for (size_t i = 0; i < want->value_count && rc == 0; i++) {
        rc = str_to_i64(str_trim(want->values[i]), INT32_MIN, INT32_MAX,
                        &job->values[i], err);
        job->backwards |= job->values[i] < 0;
        if (job->values[i] > job->last)
            job->last = job->values[i];
    }
    if (!equals || job->backwards ||
        (want->is_var && want->var_check == OVAL_CHECK_NONE_SATISFY))
        job->last = INT64_MAX;
    return rc < 0 ? err_wrap(err, rc, "instance") : 0;
}

static bool compare(enum oval_operation op, int64_t actual, int64_t wanted)
{
    switch (op) {
    case OVAL_NOT_EQUAL:
        return actual != wanted;
    case OVAL_GREATER_THAN:
        return actual > wanted;
    case OVAL_LESS_THAN:
        return actual < wanted;
    case OVAL_GREATER_THAN_OR_EQUAL:
        return actual >= wanted;
    case OVAL_LESS_THAN_OR_EQUAL:
        return actual <= wanted;
    default:
        return actual == wanted;
    }
}

static bool is_wanted(const struct scan *scan, int64_t instance)
{
    const struct oval_want *want = scan->job->instance;
    struct oval_tally tally = { 0 };

    for (size_t i = 0; i < want->value_count; i++) {
        int64_t value = scan->job->values[i];
        int64_t actual = value < 0 ? instance - scan->total - 1 : instance;
        bool yes = compare(want->operation, actual, value);

        if (!want->is_var)
            return yes;
        tally.n[yes ? OVAL_TRUE : OVAL_FALSE]++;
    }
    return want->value_count > 0 &&
           oval_check_result(want->var_check, &tally) == OVAL_TRUE;
}

/* --- matches --- */

static void give(const struct scan *scan, int64_t instance,
                 const struct regex_groups *groups)
{
    struct oval_sink *sink = scan->job->sink;

    oval_item_begin(sink, "independent:textfilecontent");
    filespec_facts(sink, scan->file);
    oval_item_str(sink, "pattern", scan->pattern);
    oval_item_int(sink, "instance", instance);
    oval_item_str(sink, "text", groups->group[0]);
    for (unsigned i = 1; i < groups->n; i++)
        if (groups->group[i].p != NULL)
            oval_item_str(sink, "subexpression", groups->group[i]);
    oval_item_end(sink);
}

/* Goes over the matches; counts them, or gives those that are wanted. */
static int go_over(struct scan *scan, bool counting, struct err *err)
{
    struct regex_groups groups;
    int64_t instance = 0;
    size_t from = 0;

    while (from <= scan->text.n) {
        int rc = regex_match_known(scan->regex, scan->text, scan->utf8, from,
                                   &groups, err);

        if (rc < 0)
            return rc;
        if (rc == 0)
            break;
        instance++;
        if (instance > MATCHES_MAX)
            return err_set(err, E_LIMIT, "more than %d matches", MATCHES_MAX);
        if (!counting && is_wanted(scan, instance))
            give(scan, instance, &groups);
        if (!counting && instance >= scan->job->last)
            break;
        from = (size_t)(groups.group[0].p - scan->text.p) + groups.group[0].n;
        from += groups.group[0].n == 0;
    }
    if (counting)
        scan->total = instance;
    return 0;
}

static int scan_file(const struct job *job, const struct filespec_file *file,
                     size_t value, bool utf8, struct err *err)
{
    struct scan scan = { .job = job,
                         .file = file,
                         .pattern = job->pattern->values[value],
                         .text = buf_str(&job->text),
                         .utf8 = utf8 };
    int rc = regex_cache_get(job->machine->regexes, scan.pattern, job->flags,
                             &scan.regex, err);

    if (scan.text.p == NULL)
        scan.text = STR("");
    if (rc == 0 && job->backwards)
        rc = go_over(&scan, true, err);
    if (rc == 0)
        rc = go_over(&scan, false, err);
    return rc;
}

static void each(void *ctx, const struct filespec_file *file)
{
    struct job *job = ctx;
    struct err err = { 0 };
    bool utf8;

    if (!filespec_read(job->machine, job->sink, file, &job->text))
        return;
    utf8 = utf8_valid(buf_str(&job->text)) == job->text.n;
    for (size_t i = 0; i < job->pattern->value_count; i++)
        if (scan_file(job, file, i, utf8, &err) < 0)
            oval_sink_error(job->sink, "%.*s: %s", 1000, file->filepath,
                            err_text(&err));
}

/* --- the object --- */

static bool is_on(const struct oval_query *query, const char *name,
                  const char *otherwise)
{
    str value = oval_query_behavior(query, name, str_c(otherwise));

    return str_eq_c(value, "true") || str_eq_c(value, "1");
}

static int understand(struct job *job, const struct oval_query *query,
                      struct err *err)
{
    job->pattern = oval_query_want(query, "pattern");
    job->instance = oval_query_want(query, "instance");
    if (job->pattern == NULL || job->instance == NULL)
        return err_set(err, E_INVALID,
                       "the object has no pattern or no instance");
    /* "equals" says what the item's pattern entity is: this expression. */
    if (job->pattern->operation != OVAL_PATTERN_MATCH &&
        job->pattern->operation != OVAL_EQUALS)
        return err_set(err, E_INVALID,
                       "pattern: operation '%s' has no meaning here",
                       oval_operation_text(job->pattern->operation));
    if (is_on(query, "multiline", "true"))
        job->flags |= REGEX_MULTILINE;
    if (is_on(query, "singleline", "false"))
        job->flags |= REGEX_DOTALL;
    if (is_on(query, "ignore_case", "false"))
        job->flags |= REGEX_NOCASE;
    return read_instances(job, err);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct job job = { .machine = machine, .sink = sink };
    struct err why = { 0 };

    job.text = BUF_INIT(FILE_MAX);
    if (understand(&job, query, &why) < 0)
        oval_sink_error(sink, "%s", err_text(&why));
    else
        filespec_each(machine, query, sink, each, &job);
    buf_clear(&job.text);
    return 0;
}

const struct probe probe_textfilecontent54 = {
    .object = "independent:textfilecontent54",
    .needs = PROBE_MATCHES | PROBE_BATCH,
    .collect = collect,
    .is_batch = filespec_is_batch,
    .prepare = filespec_prepare,
};
