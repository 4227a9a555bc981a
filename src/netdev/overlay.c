/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/overlay.h"

#include "netdev/config.h"
#include "netdev/delta_int.h"
#include "netdev/policies_int.h"

/* Lines in a list, in their order; the first is before all, and above those
 * without a section. */
struct entry {
    str indent;
    str text;
    str tail;
    size_t above;
    size_t next; /* 0: the last */
    const char *opens;
    bool is_gone;
    bool is_note;
    bool is_above; /* has lines below it */
};

struct overlay {
    const struct family *family;
    struct policies policies;
    struct delta rules;
    VEC(struct entry) all;
    size_t end; /* the line that ends the configuration; 0: none */
    size_t at;  /* the section that commands are entered in */
    size_t at_indent;
    size_t last; /* the newest command's line, and its indent */
    size_t last_indent;
};

static void overlay_clear(struct overlay *o)
{
    policies_clear(&o->policies);
    arena_clear(&o->rules.arena);
    vec_clear(&o->all);
}

static bool is_end(str text)
{
    return str_eq_c(text, "end") || str_eq_c(text, ": end");
}

static void read_entries(struct overlay *o)
{
    (void)vec_push(&o->all);
    for (size_t i = 0; i < o->policies.all.n; i++) {
        const struct config_policy *policy = &o->policies.all.p[i];
        struct entry *entry = vec_push(&o->all);

        entry->indent = policy->indent;
        entry->text = policy->text;
        entry->tail = policy->tail;
        entry->above = policy->section;
        entry->is_note = policy->kind == POLICY_NOTE;
        if (policy->kind == POLICY_KNOWN)
            entry->opens = policy->shape->row->opens;
        o->all.p[i].next = i + 1;
        if (!entry->is_note)
            o->all.p[entry->above].is_above = true;
        else if (is_end(entry->text))
            o->end = i + 1;
    }
}

/* --- Where a line goes --- */

static bool is_below(const struct overlay *o, size_t i, size_t above)
{
    while (i != above && i != 0)
        i = o->all.p[i].above;
    return i == above;
}

/* Behind what stands in the section itself; a section behind the others, with
 * the separators that end those. */
static size_t place_in(const struct overlay *o, size_t above, bool is_section)
{
    size_t place = above;
    bool inside = false;

    for (size_t i = above; i != 0 || !inside; i = o->all.p[i].next) {
        const struct entry *entry = &o->all.p[i];

        if (inside && !entry->is_note && !is_below(o, i, above))
            break;
        if (inside &&
            (i == o->end || (entry->is_note && above != 0 &&
                             entry->indent.n <= o->all.p[above].indent.n)))
            break;
        if (above == 0 || is_section ||
            (inside && entry->above == above && !entry->is_note &&
             !entry->is_above))
            place = i;
        inside = true;
        if (entry->next == 0)
            break;
    }
    return place;
}

static str indent_in(struct overlay *o, size_t above)
{
    if (above == 0 || o->family->syntax == SYNTAX_IPS)
        return STR("");
    for (size_t i = above; i != 0; i = o->all.p[i].next) {
        if (o->all.p[i].above == above && !o->all.p[i].is_note)
            return o->all.p[i].indent;
    }
    return arena_printf(&o->policies.arena, " %" PRIstr,
                        ARGstr(o->all.p[above].indent));
}

static size_t add_line(struct overlay *o, str text, const char *opens)
{
    size_t place = place_in(o, o->at, opens != NULL);
    str indent = indent_in(o, o->at);
    struct entry *entry = vec_push(&o->all);

    *entry = (struct entry){ .indent = indent,
                             .text = text,
                             .tail = STR("\n"),
                             .above = o->at,
                             .next = o->all.p[place].next,
                             .opens = opens };
    o->all.p[place].next = o->all.n - 1;
    o->all.p[o->at].is_above = true;
    return o->all.n - 1;
}

static void remove_line(struct overlay *o, size_t index)
{
    for (size_t i = index; i != 0; i = o->all.p[i].next) {
        if (is_below(o, i, index))
            o->all.p[i].is_gone = true;
    }
}

/* --- Commands --- */

/* `line` is `begin`, or more than that. */
static bool begins(str line, str begin)
{
    return str_starts(line, begin) &&
           (line.n == begin.n || line.p[begin.n] == ' ');
}

static bool is_no(str text)
{
    return str_starts(text, STR("no "));
}

/* Of what has one value: what the line is known by. */
static bool key_of(struct overlay *o, str text, str *out)
{
    const struct delta_rule *rule = delta_rule_find(
        &o->rules, o->at != 0 ? o->all.p[o->at].text : STR(""), text, out);

    return rule != NULL &&
           (rule->kind == DELTA_ONE || rule->kind == DELTA_PAIR);
}

/* A line of the section that the command takes the place of. */
static bool is_replaced(struct overlay *o, const struct entry *entry, str text,
                        const str *key)
{
    str other = entry->text;
    str other_key;

    if (is_no(other)) {
        other = str_sub(other, 3, SIZE_MAX);
        if (is_no(text))
            return str_eq(entry->text, text);
        return begins(text, other);
    }
    if (is_no(text) && begins(other, str_sub(text, 3, SIZE_MAX)))
        return true;
    return str_eq(other, text) ||
           (key != NULL && key_of(o, other, &other_key) &&
            str_eq(other_key, *key));
}

/* "no ip http server" is a line of configurations, "no ip route ..." is not:
 * nothing in it is of this device only. */
static bool is_setting(const struct config_policy *policy)
{
    if (policy->shape == NULL || policy->shape->row->opens != NULL)
        return false;
    for (size_t i = 0; i < policy->shape->n; i++) {
        const struct policy_part *part = &policy->shape->parts[i];

        if ((part->kind == PART_VALUE || part->kind == PART_REST) &&
            str_find_char(part->type, '|') == part->type.n &&
            policy->values[part->slot].n > 0)
            return false;
    }
    return true;
}

static void enter(struct overlay *o, const struct config_policy *policy)
{
    str text = policy->text;
    str core = is_no(text) ? str_sub(text, 3, SIZE_MAX) : text;
    const char *opens =
        policy->shape != NULL ? policy->shape->row->opens : NULL;
    str key;
    bool has_key = key_of(o, core, &key);
    bool is_kept = !is_no(text);
    size_t found = 0;

    for (size_t i = 0; (i = o->all.p[i].next) != 0;) {
        struct entry *entry = &o->all.p[i];

        if (entry->above != o->at || entry->is_gone || entry->is_note ||
            !is_replaced(o, entry, text, has_key ? &key : NULL))
            continue;
        if (found == 0 && (is_kept || is_setting(policy)) &&
            (!entry->is_above || str_eq(entry->text, text))) {
            entry->text = text;
            found = i;
        } else {
            remove_line(o, i);
        }
    }
    if (found == 0 && (is_kept || is_setting(policy)))
        found = add_line(o, text, is_kept ? opens : NULL);
    o->last = found;
    if (found != 0 && is_kept && opens != NULL) {
        o->at = found;
        o->at_indent = o->last_indent;
    }
}

/* The section that the command is of: the one it stands below, or the innermost
 * one that has such a command. */
static void find_section(struct overlay *o, size_t indent,
                         struct config_policy *policy)
{
    if (o->last != 0 && o->last != o->at && indent > o->last_indent) {
        o->at = o->last;
        o->at_indent = o->last_indent;
    }
    while (o->at != 0) {
        const char *opens = o->all.p[o->at].opens;

        if (opens != NULL && policy_find_form(&o->policies, opens, policy))
            return;
        if (indent > o->at_indent)
            return;
        o->at = o->all.p[o->at].above;
    }
    (void)policy_find_form(&o->policies, NULL, policy);
}

static void take_command(struct overlay *o, str command, size_t indent)
{
    struct config_policy policy = { .text = command };

    if (command.n == 0 || command.p[0] == '!')
        return;
    if (str_eq_c(command, "end")) {
        o->at = o->last = 0;
        return;
    }
    if (str_starts(command, STR("exit"))) {
        o->at = o->all.p[o->at].above;
        o->last = 0;
        return;
    }
    find_section(o, indent, &policy);
    o->last_indent = indent;
    enter(o, &policy);
}

static void write_all(const struct overlay *o, struct buf *out)
{
    for (size_t i = 0; (i = o->all.p[i].next) != 0;) {
        const struct entry *entry = &o->all.p[i];

        if (entry->is_gone)
            continue;
        buf_add(out, entry->indent);
        buf_add(out, entry->text);
        buf_add(out,
                str_ends(entry->tail, STR("\n")) ? entry->tail : STR("\n"));
    }
}

int config_overlay(const struct family *family, str config, str lines,
                   struct buf *out, struct err *err)
{
    AUTO(overlay_clear) struct overlay o = { .family = family };
    int rc;

    if (family->syntax == SYNTAX_NETCONF)
        return err_set(err, E_UNSUPPORTED,
                       "the configuration of this family has no commands");
    rc = policies_read(family, config, &o.policies, err);
    if (rc < 0)
        return rc;
    o.rules = (struct delta){ .family = family, .err = err };
    read_entries(&o);
    for (size_t n = 1; lines.n > 0; n++) {
        const char *begin = lines.p;
        str command = config_take_command(&lines);
        size_t indent = 0;

        while (command.n > 0 && command.p - begin > (ptrdiff_t)indent &&
               command.p[-1 - (ptrdiff_t)indent] == ' ')
            indent++;
        if (n * o.all.n > OVERLAY_WORK_MAX)
            return err_set(err, E_LIMIT,
                           "too many commands for a configuration of %zu lines",
                           o.all.n);
        take_command(&o, command, indent);
    }
    write_all(&o, out);
    return buf_finish(out, "the configuration", err);
}
