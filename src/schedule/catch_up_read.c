/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/catch_up_read.h"

#include "base/jval.h"
#include "schedule/calendar.h"

static const char *const names[] = { "occurrences",    "last_run",
                                     "boot",           "run_if_missed",
                                     "spread_minutes", "policy_since" };

void catch_up_case_clear(struct catch_up_case *c)
{
    vec_clear(&c->occurrences);
}

static int check_names(const struct jval *object, struct err *err)
{
    struct jval *value;
    str name;

    for (size_t i = 0; jval_member(object, i, &name, &value); i++) {
        bool is_known = false;

        for (size_t k = 0; k < COUNT(names); k++)
            is_known = is_known || str_eq_c(name, names[k]);
        if (!is_known)
            return err_set(err, E_INVALID,
                           "%" PRIstr ": there is no such field",
                           ARGstr(str_sub(name, 0, 64)));
    }
    return 0;
}

static int read_time(const struct jval *value, const char *name, int64_t *out,
                     struct err *err)
{
    int rc;

    if (jval_kind(value) == JVAL_ABSENT)
        return err_set(err, E_INVALID, "%s: is missing", name);
    if (jval_kind(value) != JVAL_TEXT)
        return err_set(err, E_INVALID,
                       "%s: expected a text such as \"2026-01-31T08:30\"",
                       name);
    rc = calendar_parse(jval_text(value, STR("")), false, out, err);
    return rc < 0 ? err_wrap(err, E_INVALID, "%s", name) : 0;
}

/* A time that may be null or left out. */
static int read_maybe(const struct jval *object, const char *name, int64_t *out,
                      struct err *err)
{
    const struct jval *value = jval_get(object, name);

    *out = CATCH_UP_NEVER;
    if (jval_kind(value) == JVAL_ABSENT || jval_kind(value) == JVAL_NULL)
        return 0;
    return read_time(value, name, out, err);
}

static int read_occurrences(const struct jval *object, struct catch_up_case *c,
                            struct err *err)
{
    const struct jval *list = jval_get(object, "occurrences");
    int rc = 0;

    if (jval_kind(list) != JVAL_ARRAY)
        return err_set(err, E_INVALID, "occurrences: expected a list of times");
    for (size_t i = 0; rc == 0 && i < jval_count(list); i++)
        rc = read_time(jval_at(list, i), "occurrences",
                       vec_push(&c->occurrences), err);
    return rc;
}

static int read_rest(const struct jval *object, struct catch_up *c,
                     struct err *err)
{
    const struct jval *spread = jval_get(object, "spread_minutes");
    const struct jval *option = jval_get(object, "run_if_missed");
    int64_t minutes = jval_i64(spread, -1);

    if (jval_kind(option) != JVAL_BOOL)
        return err_set(err, E_INVALID, "run_if_missed: expected true or false");
    c->run_if_missed = jval_bool(option, false);
    if (jval_kind(spread) == JVAL_ABSENT)
        minutes = 0;
    if (minutes < 0 || minutes > CATCH_UP_WITHIN_S / 60)
        return err_set(err, E_INVALID,
                       "spread_minutes: expected a whole number from 0 to %d",
                       CATCH_UP_WITHIN_S / 60);
    c->spread_s = minutes * 60;
    return 0;
}

static int read_case(const struct jval *object, struct catch_up_case *c,
                     struct err *err)
{
    struct catch_up *catch_up = &c->catch_up;
    int rc;

    if (jval_kind(object) != JVAL_OBJECT)
        return err_set(err, E_INVALID, "expected an object: {…}");
    rc = check_names(object, err);
    if (rc == 0)
        rc = read_occurrences(object, c, err);
    if (rc == 0)
        rc = read_maybe(object, "last_run", &catch_up->last_run, err);
    if (rc == 0)
        rc = read_time(jval_get(object, "boot"), "boot", &catch_up->boot, err);
    if (rc == 0)
        rc = read_maybe(object, "policy_since", &catch_up->policy_since, err);
    return rc < 0 ? rc : read_rest(object, catch_up, err);
}

int catch_up_parse(str json, struct catch_up_case *out, struct err *err)
{
    AUTO(jval_freep) struct jval *object = NULL;
    struct catch_up_case c = { 0 };
    int rc = jval_parse(json, CATCH_UP_TEXT_MAX, &object, err);

    if (rc < 0)
        return rc;
    rc = read_case(object, &c, err);
    if (rc < 0) {
        catch_up_case_clear(&c);
        return rc;
    }
    *out = c;
    return 0;
}
