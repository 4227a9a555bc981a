/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:textfilecontent: lines of a file, one item a line that
 * satisfies the entity `line` (deprecated in 5.4, still used). The item's
 * line is the line itself, without its end; the groups of the expression are
 * its subexpressions.
 */
#include "base/regex.h"
#include "probe/filespec.h"

enum {
    FILE_MAX = 64 << 20
};

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    const struct oval_want *line;
    struct buf text;
};

static void give_groups(const struct job *job, str line)
{
    struct regex_groups groups;
    struct regex *regex;

    if (job->line->operation != OVAL_PATTERN_MATCH)
        return;
    for (size_t i = 0; i < job->line->value_count; i++) {
        if (regex_cache_get(job->machine->regexes, job->line->values[i], 0,
                            &regex, NULL) < 0 ||
            regex_match(regex, line, 0, &groups, NULL) != 1)
            continue;
        for (unsigned k = 1; k < groups.n; k++)
            if (groups.group[k].p != NULL)
                oval_item_str(job->sink, "subexpression", groups.group[k]);
        return;
    }
}

static void each(void *ctx, const struct filespec_file *file)
{
    struct job *job = ctx;
    int64_t instance = 0;
    str text;

    if (!filespec_read(job->machine, job->sink, file, &job->text))
        return;
    for (text = buf_str(&job->text); text.n > 0;) {
        str line = str_cut(&text, '\n');

        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        if (oval_sink_match(job->sink, job->line, line) != OVAL_TRUE)
            continue;
        oval_item_begin(job->sink, "independent:textfilecontent");
        filespec_facts(job->sink, file);
        oval_item_int(job->sink, "instance", ++instance);
        oval_item_str(job->sink, "line", line);
        give_groups(job, line);
        oval_item_end(job->sink);
    }
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct job job = { .machine = machine,
                       .sink = sink,
                       .line = oval_query_want(query, "line") };

    job.text = BUF_INIT(FILE_MAX);
    if (job.line == NULL)
        oval_sink_error(sink, "the object has no line");
    else
        filespec_each(machine, query, sink, each, &job);
    buf_clear(&job.text);
    return 0;
}

const struct probe probe_textfilecontent = {
    .object = "independent:textfilecontent",
    .needs = PROBE_MATCHES | PROBE_BATCH,
    .collect = collect,
    .is_batch = filespec_is_batch,
    .prepare = filespec_prepare,
};
