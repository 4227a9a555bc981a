/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/term.h"
#include "oval/compare.h"
#include "oval/content.h"
#include "oval/pack.h"
#include "probe/probe.h"

enum {
    SHOWN_MAX = 200
};

struct validate {
    const char *name;
    struct term term;
    struct buf out;
    uint32_t count;
};

static void add(struct validate *v, unsigned line, const char *sentence)
{
    if (v->count++ >= SHOWN_MAX)
        return;
    buf_printf(&v->out, "%s:", v->name);
    if (line > 0)
        buf_printf(&v->out, "%u:", line);
    buf_add_char(&v->out, ' ');
    term_text(&v->term, &v->out, str_c(sentence), TERM_WIDE);
    buf_add_char(&v->out, '\n');
}

static void warn(void *ctx, unsigned line, const char *sentence)
{
    add(ctx, line, sentence);
}

/* Literal values of states and objects that no text could be compared with:
 * their definitions would be in error. */
static void check_entities(struct validate *v, const struct oval_content *c,
                           struct regex_cache *cache, str owner, uint32_t first,
                           uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct oval_entity *e = &c->entities.p[first + i];
        AUTO(buf_clear) struct buf line = BUF(1 << 16);
        struct err err = { 0 };

        if ((e->flags & (OVAL_ENTITY_NIL | OVAL_ENTITY_VAR)) != 0 ||
            e->datatype == OVAL_RECORD)
            continue;
        if (oval_compare_check(cache, e->datatype, e->operation,
                               oval_name_text(c, e->value), &err) == 0)
            continue;
        buf_printf(&line, "%" PRIstr ": %" PRIstr ": %s", ARGstr(owner),
                   ARGstr(oval_name_text(c, e->name)), err_text(&err));
        add(v, 0, buf_c(&line));
    }
}

static void check_values(struct validate *v, const struct oval_content *c)
{
    struct regex_cache *cache = regex_cache_new();

    for (uint32_t i = 0; i < c->objects.n; i++)
        check_entities(v, c, cache, oval_prose_text(c, c->objects.p[i].id),
                       c->objects.p[i].entity_first,
                       c->objects.p[i].entity_count);
    for (uint32_t i = 0; i < c->states.n; i++)
        check_entities(v, c, cache, oval_prose_text(c, c->states.p[i].id),
                       c->states.p[i].entity_first,
                       c->states.p[i].entity_count);
    regex_cache_free(cache);
}

static void check_kinds(struct validate *v, const struct oval_content *c)
{
    uint32_t *tests = mem_alloc(c->kinds.n + 1, sizeof(*tests));

    for (uint32_t i = 0; i < c->tests.n; i++)
        tests[c->tests.p[i].kind]++;
    for (uint32_t i = 0; i < c->kinds.n; i++) {
        str family = oval_name_text(c, c->kinds.p[i].family);
        str name = oval_name_text(c, c->kinds.p[i].name);
        AUTO(buf_clear) struct buf line = BUF(4096);

        if (tests[i] == 0 || str_eq_c(name, "unknown") ||
            str_eq_c(name, "variable") || probe_find(family, name) != NULL)
            continue;
        buf_printf(&line,
                   "%u test%s of kind %" PRIstr ":%" PRIstr
                   " cannot be evaluated on this system",
                   tests[i], tests[i] == 1 ? "" : "s", ARGstr(family),
                   ARGstr(name));
        add(v, 0, buf_c(&line));
    }
    mem_free(tests);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(oval_content_freep) struct oval_content *content = NULL;
    struct validate v = { .name = cli->args.p[0],
                          .term = term_init(),
                          .out = BUF((size_t)1 << 26) };
    int rc = oval_content_open(v.name, warn, &v, &content, err);

    if (rc == 0 && oval_pack_check_prose(content, err) < 0)
        rc = err_wrap(err, E_CORRUPT, "%s", v.name);
    if (rc == 0) {
        check_values(&v, content);
        check_kinds(&v, content);
        if (v.count > SHOWN_MAX)
            buf_printf(&v.out, "%s: and %u more\n", v.name,
                       v.count - SHOWN_MAX);
        if (!cli_has(cli, "quiet"))
            buf_printf(&v.out, "%s: %u definitions; %u remark%s\n", v.name,
                       content->definitions.n, v.count,
                       v.count == 1 ? "" : "s");
        rc = help_print(&v.out, err);
    }
    buf_clear(&v.out);
    if (rc == 0 && v.count > 0 && cli_has(cli, "exit-code"))
        return CLI_FOUND;
    return rc;
}

static const struct cli_option options[] = {
    { "exit-code", 0, NULL, "End with exit code 1 when there is a remark" },
    { NULL },
};

const struct command command_oval_validate = {
    .name = "oval validate",
    .summary = "Check a document of OVAL definitions, or a pack",
    .arguments = "CONTENT",
    .about = "Content that cannot be used at all is an error (exit code 3). "
             "What can be used, but would leave definitions in error or "
             "unknown, is remarked: references to what is not there, values "
             "that their datatype or operation does not allow, expressions "
             "that do not compile, kinds of tests that cannot be evaluated.",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
