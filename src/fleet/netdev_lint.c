/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_lint.h"

#include "base/buf.h"
#include "fleet/netdev_config.h"
#include "fleet/setting.h"
#include "netdev/lint.h"
#include "netdev/overlay.h"

enum {
    CONFIG_LOOKED_AT_MAX = 4 << 20, /* larger ones would hold others up */
    MESSAGE_MAX = 1024,
};

void netdev_sentences_clear(struct netdev_sentences *list)
{
    vec_clear(&list->all);
}

int netdev_manager(struct db *db, int64_t org, struct arena *arena, str *out,
                   struct err *err)
{
    struct setting_reader reader = { .db = db, .org = org, .arena = arena };
    int rc = setting_text(&reader, "network.manager", out, err);

    if (rc == 0)
        *out = str_trim(*out);
    return rc;
}

static void say(struct arena *arena, struct netdev_sentences *out, str text)
{
    for (size_t i = 0; i < out->all.n; i++) {
        if (str_eq(out->all.p[i], text))
            return;
    }
    if (out->all.n < NETDEV_LINT_MAX)
        *vec_push(&out->all) = arena_str(arena, text);
}

static void say_finding(const char *where, const struct lint_finding *one,
                        struct arena *arena, struct netdev_sentences *out)
{
    AUTO(buf_clear) struct buf text = BUF(2 * MESSAGE_MAX);

    if (where == NULL)
        buf_printf(&text, "line %u", one->line);
    else
        buf_add_c(&text, where);
    buf_printf(&text, ": %" PRIstr " (%s)",
               ARGstr(str_sub(one->message, 0, MESSAGE_MAX)), one->rule);
    say(arena, out, buf_str(&text));
}

static bool has_finding(const struct lint *lint, const struct lint_finding *one)
{
    for (size_t i = 0; i < lint->findings.n; i++) {
        const struct lint_finding *other = &lint->findings.p[i];

        if (strcmp(other->rule, one->rule) == 0 &&
            str_eq(other->message, one->message))
            return true;
    }
    return false;
}

/* A manager that is no address is told, and then not asked for. */
static void look(const struct family *family, str text, struct lint *out,
                 struct arena *arena, struct netdev_sentences *sentences)
{
    struct err err = { 0 };

    if (lint_text(family, text, out, &err) == 0)
        return;
    say(arena, sentences,
        arena_printf(arena, "not checked: %s", err_text(&err)));
}

/* What is there after the lines and was not before. */
static void look_ahead(const struct family *family,
                       const struct netdev_lint_what *what,
                       const struct lint *piece, struct arena *arena,
                       struct netdev_sentences *out)
{
    AUTO(lint_clear) struct lint before = { .manager = what->manager };
    AUTO(lint_clear) struct lint after = { .manager = what->manager };
    AUTO(buf_clear) struct buf text = BUF(2 * CONFIG_LOOKED_AT_MAX);
    struct err err = { 0 };
    int rc = config_overlay(family, what->config, what->lines, &text, &err);

    if (rc < 0) {
        say(arena, out,
            arena_printf(arena, "what comes of the lines is not checked: %s",
                         err_text(&err)));
        return;
    }
    look(family, what->config, &before, arena, out);
    look(family, buf_str(&text), &after, arena, out);
    for (size_t i = 0; i < after.findings.n; i++) {
        const struct lint_finding *one = &after.findings.p[i];

        if (!has_finding(&before, one) && !has_finding(piece, one))
            say_finding("afterwards", one, arena, out);
    }
}

void netdev_lint(const struct netdev_lint_what *what, struct arena *arena,
                 struct netdev_sentences *out)
{
    AUTO(lint_clear) struct lint lint = { 0 };
    const struct family *family = family_find(what->family);
    bool has_lines = str_trim(what->lines).n > 0;

    if (family == NULL || family->syntax == SYNTAX_NETCONF)
        return;
    if (what->config.n > CONFIG_LOOKED_AT_MAX ||
        what->lines.n > CONFIG_LOOKED_AT_MAX) {
        say(arena, out, STR("not checked: the configuration is too large"));
        return;
    }
    if (!has_lines)
        lint.manager = what->manager;
    look(family, has_lines ? what->lines : what->config, &lint, arena, out);
    for (size_t i = 0; i < lint.findings.n; i++)
        say_finding(NULL, &lint.findings.p[i], arena, out);
    if (has_lines && what->config.n > 0)
        look_ahead(family, what, &lint, arena, out);
}

int netdev_lint_planned(struct db *db, const struct netdev *device,
                        const struct netdev_lint_plan *plan,
                        struct arena *arena, struct netdev_sentences *out,
                        struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(NETDEV_CONFIG_MAX);
    struct netdev_lint_what what = { .family = device->terms.family,
                                     .lines = plan->lines };
    struct netdev_config config;
    int rc = netdev_manager(db, device->org, arena, &what.manager, err);

    if (rc == 0 && device->config > 0)
        rc = netdev_config_get(db, device->device, plan->planned_on, arena,
                               &config, err);
    if (rc == E_ABSENT) /* it is not kept any more */
        rc = 0;
    else if (rc == 0 && device->config > 0)
        rc = netdev_config_text(db, config.id, &text, err);
    if (rc < 0)
        return rc;
    what.config = buf_str(&text);
    if (str_trim(plan->lines).n > 0)
        netdev_lint(&what, arena, out);
    return 0;
}
