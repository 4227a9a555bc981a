/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/policies.h"

#include <stdlib.h>
#include <string.h>

#include "netdev/config_tree.h"
#include "netdev/policies_int.h"

enum {
    SHAPES_MAX = 1024,
    LINE_MAX_BYTES =
        1 << 16, /* of what a form may be; what is longer is kept */
};

/* The tables are looked at from the first on. */
const struct policy_row *const policy_tables[] = {
    policy_rows_ios,
    policy_rows_ios_more,
    policy_rows_asa,
    policy_rows_other,
    NULL,
};

struct reading {
    const struct family *family;
    struct policies *out;
    str rest;
    unsigned line;
    size_t open[CONFIG_DEPTH_MAX]; /* indexes of policies, outermost first */
    size_t depth;
    bool no_end[256]; /* a block with this mark does not end any more */
};

static void make_shapes(struct reading *r)
{
    struct policies *out = r->out;
    struct policy_shape *shapes =
        arena_alloc(&out->arena, SHAPES_MAX, sizeof(*shapes));

    out->shapes = shapes;
    for (size_t t = 0; policy_tables[t] != NULL; t++) {
        for (const struct policy_row *row = policy_tables[t];
             row->form != NULL && out->shape_count < SHAPES_MAX; row++) {
            if ((row->syntaxes >> r->family->syntax & 1) != 0)
                policy_shape_make(row, &out->arena,
                                  &shapes[out->shape_count++]);
        }
    }
}

/* --- Lines --- */

static size_t blanks_at_end(str line)
{
    size_t n = 0;

    while (n < line.n && strchr(" \t\r\n", line.p[line.n - 1 - n]) != NULL)
        n++;
    return n;
}

/* With what ends it. */
static str take_line(struct reading *r)
{
    str line = str_sub(r->rest, 0, str_find_char(r->rest, '\n') + 1);

    r->rest = str_sub(r->rest, line.n, SIZE_MAX);
    return line;
}

/* What ends the block whose first line this is. */
static str block_mark(str head)
{
    static const char *const begins[] = { "banner ", "set banner ",
                                          "aaa authentication banner ",
                                          "aaa authentication fail-message " };

    if (str_starts(head, STR("macro name ")))
        return STR("@");
    for (size_t i = 0; i < COUNT(begins); i++) {
        str rest = str_sub(head, strlen(begins[i]), SIZE_MAX);

        if (!str_starts(head, str_c(begins[i])))
            continue;
        if (i < 2)
            (void)str_cut(&rest, ' ');
        return config_mark(rest);
    }
    return STR_NONE;
}

/* A banner goes on to its second mark: *line becomes all of it. */
static unsigned take_block(struct reading *r, str head, str *line)
{
    str mark = block_mark(head);
    str after = str_sub(head, str_find(head, mark) + mark.n, SIZE_MAX);
    uint8_t name = mark.n > 0 ? (uint8_t)mark.p[0] : 0;
    str begun = r->rest;
    unsigned lines = 1;

    if (mark.n == 0 || r->no_end[name] || str_find(after, mark) < after.n)
        return 1;
    while (r->rest.n > 0) {
        str next = take_line(r);

        lines++;
        if (str_find(next, mark) == next.n)
            continue;
        line->n = (size_t)(next.p + next.n - line->p);
        return lines;
    }
    r->rest = begun; /* it has no end: then it is no banner */
    r->no_end[name] = true;
    return 1;
}

static bool is_note(str text)
{
    static const char *const begins[] = { "Building configuration",
                                          "Current configuration",
                                          "Cryptochecksum:" };

    for (size_t i = 0; i < COUNT(begins); i++) {
        if (str_starts(text, str_c(begins[i])))
            return true;
    }
    return text.n == 0 || text.p[0] == '!' || text.p[0] == ':' ||
           text.p[0] == '#' || str_eq_c(text, "exit") ||
           str_starts(text, STR("exit-")) || str_eq_c(text, "end") ||
           str_eq_c(text, "quit");
}

/* --- Forms --- */

static bool stands_in(const struct policy_row *row, const char *section)
{
    return row->in == NULL
               ? section == NULL
               : section != NULL &&
                     policy_part_takes(
                         &(struct policy_part){ .kind = PART_VALUE,
                                                .type = str_c(row->in) },
                         str_c(section));
}

static bool has_form(const struct policy_shape *shape,
                     struct config_policy *policy, str *values)
{
    str text = policy->text;

    policy->is_no = false;
    if (policy_shape_match(shape, text, values))
        return true;
    if (!str_starts(text, STR("no ")))
        return false;
    text = str_sub(text, 3, SIZE_MAX);
    policy->is_no = true;
    if (policy_shape_match(shape, text, values))
        return true;
    memset(values, 0, POLICY_VALUES_MAX * sizeof(*values));
    return shape->head.n > 0 && str_eq(text, shape->head);
}

/* Of its form and values it must come out as it was. */
static bool is_given_back(const struct config_policy *policy)
{
    AUTO(buf_clear) struct buf text = BUF(LINE_MAX_BYTES);

    policy_shape_write(policy, &text);
    return !text.over && str_eq(buf_str(&text), policy->text);
}

bool policy_find_form(struct policies *policies, const char *section,
                      struct config_policy *policy)
{
    str values[POLICY_VALUES_MAX] = { STR_NONE };

    for (size_t i = 0; i < policies->shape_count; i++) {
        const struct policy_shape *shape = &policies->shapes[i];

        if (!stands_in(shape->row, section) || !has_form(shape, policy, values))
            continue;
        policy->shape = shape;
        policy->values = values;
        if (!is_given_back(policy))
            continue;
        policy->values = arena_alloc(&policies->arena, shape->slots + 1,
                                     sizeof(*policy->values));
        memcpy(policy->values, values, shape->slots * sizeof(*values));
        policy->kind = POLICY_KNOWN;
        return true;
    }
    policy->shape = NULL;
    policy->values = NULL;
    policy->is_no = false;
    return false;
}

/* Below what nobody knows nothing is known. */
static void find_form(struct reading *r, struct config_policy *policy)
{
    const struct config_policy *above =
        policy->section > 0 ? &r->out->all.p[policy->section - 1] : NULL;
    const char *section = NULL;

    if (above != NULL && above->kind == POLICY_KNOWN)
        section = above->shape->row->opens;
    if (policy->text.n <= LINE_MAX_BYTES && (above == NULL || section != NULL))
        (void)policy_find_form(r->out, section, policy);
}

/* --- Sections --- */

static bool opens_section(const struct config_policy *policy)
{
    return policy->kind == POLICY_KNOWN && policy->shape->row->opens != NULL;
}

/* By indent; a sensor's sections have none, and end with "exit". */
static void leave_sections(struct reading *r,
                           const struct config_policy *policy)
{
    const struct config_policy *all = r->out->all.p;

    if (r->family->syntax == SYNTAX_IPS) {
        if (str_starts(policy->text, STR("service ")))
            r->depth = 0;
        return;
    }
    while (r->depth > 0 &&
           all[r->open[r->depth - 1]].indent.n >= policy->indent.n)
        r->depth--;
}

static void enter_section(struct reading *r, size_t index)
{
    const struct config_policy *policy = &r->out->all.p[index];
    bool is_ips = r->family->syntax == SYNTAX_IPS;

    if (policy->kind == POLICY_NOTE) {
        if (is_ips && r->depth > 0 && str_eq_c(policy->text, "exit"))
            r->depth--;
        return;
    }
    if (r->depth < CONFIG_DEPTH_MAX && (!is_ips || opens_section(policy)))
        r->open[r->depth++] = index;
}

static void add_policy(struct reading *r, str line, str indent, unsigned lines)
{
    struct config_policy *policy = vec_push(&r->out->all);
    str text = str_sub(line, indent.n, SIZE_MAX);
    size_t tail = blanks_at_end(text);

    policy->kind = POLICY_KEPT;
    policy->line = r->line;
    policy->lines = lines;
    policy->indent = indent;
    policy->text = str_sub(text, 0, text.n - tail);
    policy->tail = str_sub(text, text.n - tail, SIZE_MAX);
    if (is_note(policy->text)) {
        policy->kind = POLICY_NOTE;
    } else {
        leave_sections(r, policy);
        policy->section = r->depth > 0 ? r->open[r->depth - 1] + 1 : 0;
        find_form(r, policy);
    }
    enter_section(r, r->out->all.n - 1);
    r->out->counts[policy->kind]++;
}

int policies_read(const struct family *family, str text, struct policies *out,
                  struct err *err)
{
    struct reading r = { .family = family, .out = out, .rest = text };

    if (text.n > CONFIG_TEXT_MAX)
        return err_set(err, E_LIMIT, "a configuration has at most %d bytes",
                       CONFIG_TEXT_MAX);
    make_shapes(&r);
    r.line = 1;
    while (r.rest.n > 0) {
        str line = take_line(&r);
        size_t indent = 0;
        unsigned lines;

        if (r.line > CONFIG_LINES_MAX)
            return err_set(err, E_LIMIT, "a configuration has at most %d lines",
                           CONFIG_LINES_MAX);
        while (indent < line.n && line.p[indent] == ' ')
            indent++;
        lines = take_block(&r, str_sub(line, indent, SIZE_MAX), &line);
        add_policy(&r, line, str_sub(line, 0, indent), lines);
        r.line += lines;
    }
    return 0;
}

void policies_clear(struct policies *policies)
{
    vec_clear(&policies->all);
    arena_clear(&policies->arena);
}

int policies_write(const struct policies *policies, struct buf *out,
                   struct err *err)
{
    for (size_t i = 0; i < policies->all.n; i++) {
        const struct config_policy *policy = &policies->all.p[i];

        if (policy->is_gone)
            continue;
        buf_add(out, policy->indent);
        if (policy->kind == POLICY_KNOWN)
            policy_shape_write(policy, out);
        else
            buf_add(out, policy->text);
        buf_add(out, policy->tail);
    }
    return buf_finish(out, "the configuration", err);
}

/* --- What they say, and changes --- */

const char *policy_area(const struct config_policy *policy)
{
    return policy->shape->row->area;
}

const char *policy_form(const struct config_policy *policy)
{
    return policy->shape->row->form;
}

size_t policy_slots(const struct config_policy *policy)
{
    return policy->shape != NULL ? policy->shape->slots : 0;
}

str policy_slot_name(const struct config_policy *policy, size_t slot)
{
    for (size_t i = 0; i < policy->shape->n; i++) {
        const struct policy_part *part = &policy->shape->parts[i];

        if (part->slot == slot && part->kind >= PART_VALUE &&
            part->kind <= PART_FLAG)
            return part->text;
    }
    return STR_NONE;
}

/* What is written with the value has the same form, with that value. */
static bool holds(const struct config_policy *policy)
{
    AUTO(buf_clear) struct buf text = BUF(LINE_MAX_BYTES);
    str values[POLICY_VALUES_MAX] = { STR_NONE };
    str line;

    policy_shape_write(policy, &text);
    line = buf_str(&text);
    if (policy->is_no && line.n > 3)
        line = str_sub(line, 3, SIZE_MAX);
    if (text.over || !policy_shape_match(policy->shape, line, values))
        return false;
    for (size_t i = 0; i < policy->shape->slots; i++) {
        if (!str_eq(values[i], policy->values[i]))
            return false;
    }
    return true;
}

int policies_set(struct policies *policies, size_t index, str name, str value,
                 struct err *err)
{
    struct config_policy *policy =
        index < policies->all.n ? &policies->all.p[index] : NULL;
    size_t slot = 0;
    str before;

    if (policy == NULL || policy->kind != POLICY_KNOWN)
        return err_set(err, E_INVALID,
                       "the line is not known, so it has no values");
    while (slot < policy->shape->slots &&
           !str_eq(policy_slot_name(policy, slot), name))
        slot++;
    if (slot == policy->shape->slots)
        return err_set(err, E_INVALID,
                       "line %u: '%s' has no value '%" PRIstr "'", policy->line,
                       policy_form(policy), ARGstr(str_sub(name, 0, 64)));
    before = policy->values[slot];
    policy->values[slot] = arena_str(&policies->arena, value);
    if ((str_find_char(value, '\n') == value.n || policy->lines > 1) &&
        str_find_char(value, '\r') == value.n &&
        str_find_char(value, '\0') == value.n && holds(policy))
        return 0;
    policy->values[slot] = before;
    return err_set(err, E_INVALID,
                   "line %u: '%s' does not take this text as '%" PRIstr "'",
                   policy->line, policy_form(policy), ARGstr(name));
}

void policies_remove(struct policies *policies, size_t index)
{
    for (size_t i = index; i < policies->all.n; i++) {
        struct config_policy *policy = &policies->all.p[i];
        bool below = policy->section > index &&
                     policies->all.p[policy->section - 1].is_gone;

        if (i == index || below)
            policy->is_gone = true;
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct policy_area_count *)a)->area,
                  ((const struct policy_area_count *)b)->area);
}

size_t policies_areas(const struct policies *policies,
                      struct policy_area_count *out, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < policies->all.n; i++) {
        const struct config_policy *policy = &policies->all.p[i];
        size_t k = 0;

        if (policy->kind != POLICY_KNOWN)
            continue;
        while (k < n && strcmp(out[k].area, policy_area(policy)) != 0)
            k++;
        if (k == n && n == max)
            continue;
        if (k == n)
            out[n++] = (struct policy_area_count){ policy_area(policy), 0 };
        out[k].n++;
    }
    if (n > 0)
        qsort(out, n, sizeof(*out), by_name);
    return n;
}
