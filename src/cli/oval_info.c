/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_write.h"
#include "base/map.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/term.h"
#include "oval/content.h"
#include "probe/probe.h"

enum {
    PLATFORMS_SHOWN = 20
};

struct info {
    const struct oval_content *content;
    uint32_t classes[OVAL_CLASS_BAD + 1];
    uint32_t deprecated;
    uint32_t *kind_tests; /* by kind */
    VEC(str) platforms;
};

static void clear(struct info *info)
{
    mem_free(info->kind_tests);
    vec_clear(&info->platforms);
}

static void gather_platforms(struct info *info)
{
    const struct oval_content *c = info->content;
    AUTO(map_clear) struct map seen = MAP;

    for (uint32_t i = 0; i < c->notes.n; i++) {
        str name = oval_prose_text(c, c->notes.p[i].a);
        uint32_t next = (uint32_t)info->platforms.n;

        if (c->notes.p[i].kind == OVAL_NOTE_PLATFORM &&
            map_get(&seen, name) == MAP_NONE) {
            map_add(&seen, name, next);
            *vec_push(&info->platforms) = name;
        }
    }
}

static void gather(struct info *info)
{
    const struct oval_content *c = info->content;

    info->kind_tests = mem_alloc(c->kinds.n + 1, sizeof(uint32_t));
    for (uint32_t i = 0; i < c->definitions.n; i++) {
        uint8_t class_ = c->definitions.p[i].class_;

        info->classes[class_ < OVAL_CLASS_BAD ? class_ : OVAL_CLASS_BAD]++;
        if (c->definitions.p[i].flags & OVAL_DEPRECATED)
            info->deprecated++;
    }
    for (uint32_t i = 0; i < c->tests.n; i++)
        info->kind_tests[c->tests.p[i].kind]++;
    gather_platforms(info);
}

static bool can_evaluate(str family, str name)
{
    return str_eq_c(name, "variable") || probe_find(family, name) != NULL;
}

/* In hexadecimal; empty when the content does not hold the digest of its
 * source. */
static str digest_text(const struct oval_content *content, struct buf *text)
{
    bool is_set = false;

    buf_reset(text);
    for (size_t i = 0; i < sizeof(content->source_sha256); i++) {
        is_set = is_set || content->source_sha256[i] != 0;
        buf_printf(text, "%02x", content->source_sha256[i]);
    }
    return is_set ? buf_str(text) : STR_NONE;
}

static void add_line(const struct term *term, struct buf *out, const char *what,
                     str value)
{
    buf_printf(out, "%-16s", what);
    term_text(term, out, value.n > 0 ? value : STR("not stated"), TERM_WIDE);
    buf_add_char(out, '\n');
}

static void add_number(struct buf *out, const char *what, uint32_t n)
{
    buf_printf(out, "%-16s%u\n", what, n);
}

static void print_counts(const struct info *info, struct buf *out)
{
    const struct oval_content *c = info->content;

    add_number(out, "Definitions", c->definitions.n);
    for (unsigned i = 0; i <= OVAL_CLASS_BAD; i++) {
        const char *name = oval_class_text(i);

        if (info->classes[i] > 0)
            buf_printf(out, "  %-14s%u\n", name[0] != '\0' ? name : "other",
                       info->classes[i]);
    }
    if (info->deprecated > 0)
        buf_printf(out, "  %-14s%u\n", "deprecated", info->deprecated);
    add_number(out, "Tests", c->tests.n);
    for (uint32_t i = 0; i < c->kinds.n; i++) {
        str family = oval_name_text(c, c->kinds.p[i].family);
        str name = oval_name_text(c, c->kinds.p[i].name);

        if (info->kind_tests[i] > 0)
            buf_printf(out, "  %-14u%" PRIstr ":%" PRIstr "%s\n",
                       info->kind_tests[i], ARGstr(family), ARGstr(name),
                       can_evaluate(family, name)
                           ? ""
                           : " (cannot be evaluated here)");
    }
    add_number(out, "Objects", c->objects.n);
    add_number(out, "States", c->states.n);
    add_number(out, "Variables", c->variables.n);
}

static int print(const struct info *info, const char *path, struct err *err)
{
    const struct oval_content *c = info->content;
    AUTO(buf_clear) struct buf out = BUF(HELP_TEXT_MAX);
    struct term term = term_init();
    AUTO(buf_clear) struct buf digest = BUF(256);

    add_line(&term, &out, "Content", str_c(path));
    add_line(&term, &out, "Made by", oval_prose_text(c, c->product_name));
    add_line(&term, &out, "Made on", oval_prose_text(c, c->timestamp));
    add_line(&term, &out, "OVAL version",
             oval_prose_text(c, c->schema_version));
    add_line(&term, &out, "SHA-256", digest_text(c, &digest));
    for (size_t i = 0; i < info->platforms.n && i < PLATFORMS_SHOWN; i++)
        add_line(&term, &out, i == 0 ? "Platforms" : "", info->platforms.p[i]);
    if (info->platforms.n > PLATFORMS_SHOWN)
        buf_printf(&out, "%-16sand %zu more\n", "",
                   info->platforms.n - PLATFORMS_SHOWN);
    print_counts(info, &out);
    return help_print(&out, err);
}

static void json_tests(const struct info *info, struct json_writer *w)
{
    const struct oval_content *c = info->content;

    json_write_key(w, "tests");
    json_write_array(w);
    for (uint32_t i = 0; i < c->kinds.n; i++) {
        str family = oval_name_text(c, c->kinds.p[i].family);
        str name = oval_name_text(c, c->kinds.p[i].name);

        if (info->kind_tests[i] == 0)
            continue;
        json_write_object(w);
        json_write_member(w, "family", family);
        json_write_member(w, "kind", name);
        json_write_key(w, "count");
        json_write_i64(w, info->kind_tests[i]);
        json_write_key(w, "can_be_evaluated");
        json_write_bool(w, can_evaluate(family, name));
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void json_classes(const struct info *info, struct json_writer *w)
{
    json_write_key(w, "definitions");
    json_write_object(w);
    for (unsigned i = 0; i <= OVAL_CLASS_BAD; i++) {
        const char *name = oval_class_text(i);

        json_write_key(w, name[0] != '\0' ? name : "other");
        json_write_i64(w, info->classes[i]);
    }
    json_write_object_end(w);
}

static int write_json(const struct info *info, const char *path,
                      struct err *err)
{
    const struct oval_content *c = info->content;
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    AUTO(buf_clear) struct buf digest = BUF(256);
    int rc = io_out_open(path, &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    json_write_object(w);
    json_write_member(w, "product", oval_prose_text(c, c->product_name));
    json_write_member(w, "timestamp", oval_prose_text(c, c->timestamp));
    json_write_member(w, "schema_version",
                      oval_prose_text(c, c->schema_version));
    json_write_member(w, "sha256", digest_text(c, &digest));
    json_write_key(w, "platforms");
    json_write_array(w);
    for (size_t i = 0; i < info->platforms.n; i++)
        json_write_str(w, info->platforms.p[i]);
    json_write_array_end(w);
    json_classes(info, w);
    json_tests(info, w);
    json_write_object_end(w);
    json_write_free(w);
    return io_out_finish(out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(oval_content_freep) struct oval_content *content = NULL;
    AUTO(clear) struct info info = { 0 };
    const char *json = cli_value(cli, "json");
    int rc = oval_content_open(cli->args.p[0], NULL, NULL, &content, err);

    if (rc < 0)
        return rc;
    info.content = content;
    gather(&info);
    if (json != NULL)
        return write_json(&info, json, err);
    return print(&info, cli->args.p[0], err);
}

static const struct cli_option options[] = {
    { "json", 0, "OUT.json", "Write the facts for programs" },
    { NULL },
};

const struct command command_oval_info = {
    .name = "oval info",
    .summary = "Describe a document of OVAL definitions, or a pack",
    .arguments = "CONTENT",
    .about = "Says who made the content and when, for which platforms, how "
             "many definitions of which class it holds, and which kinds of "
             "tests, with those that cannot be evaluated here.",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
