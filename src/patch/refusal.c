/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/refusal.h"

#include <stdarg.h>
#include <stdio.h>

void patch_refusals_clear(struct patch_refusals *refusals)
{
    vec_clear(&refusals->all);
    arena_clear(&refusals->arena);
    buf_clear(&refusals->path);
}

size_t patch_path_enter_str(struct patch_refusals *refusals, str name)
{
    size_t before = refusals->path.n;

    if (before > 0)
        buf_add_char(&refusals->path, '.');
    buf_add(&refusals->path, str_sub(name, 0, 128));
    return before;
}

size_t patch_path_enter(struct patch_refusals *refusals, const char *name)
{
    return patch_path_enter_str(refusals, str_c(name));
}

size_t patch_path_index(struct patch_refusals *refusals, size_t index)
{
    size_t before = refusals->path.n;

    buf_printf(&refusals->path, "[%zu]", index);
    return before;
}

void patch_path_leave(struct patch_refusals *refusals, size_t before)
{
    refusals->path.n = before;
}

void patch_refuse(struct patch_refusals *refusals, const char *rule,
                  const char *format, ...)
{
    struct patch_refusal *refusal;
    char line[ERR_TEXT_MAX];
    va_list list;

    if (refusals->all.n == PATCH_REFUSALS_MAX) {
        refusals->more++;
        return;
    }
    va_start(list, format);
    (void)vsnprintf(line, sizeof(line), format, list);
    va_end(list);
    refusal = vec_push(&refusals->all);
    refusal->field = arena_str(&refusals->arena, buf_str(&refusals->path));
    refusal->reason = arena_str(&refusals->arena, str_c(line));
    refusal->rule = arena_str(&refusals->arena, str_c(rule));
}

int patch_refusals_err(const struct patch_refusals *refusals, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(ERR_TEXT_MAX);
    size_t more = refusals->all.n - 1 + refusals->more;
    const struct patch_refusal *first = refusals->all.p;

    if (refusals->all.n == 0)
        return 0;
    if (first->field.n > 0)
        buf_printf(&text, "%" PRIstr ": ", ARGstr(first->field));
    buf_add(&text, first->reason);
    if (first->rule.n > 0)
        buf_printf(&text, " (%" PRIstr ")", ARGstr(first->rule));
    if (more > 0)
        buf_printf(&text, "; and %zu more mistake%s", more,
                   more == 1 ? "" : "s");
    return err_set(err, E_INVALID, "%s", buf_c(&text));
}

struct jval *patch_refusals_to_jval(const struct patch_refusals *refusals)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < refusals->all.n; i++) {
        const struct patch_refusal *refusal = &refusals->all.p[i];
        struct jval *object = jval_new_object();

        jval_set_text(object, "field", refusal->field);
        jval_set_text(object, "code", STR("invalid"));
        jval_set_text(object, "reason", refusal->reason);
        jval_set_text(object, "rule", refusal->rule);
        jval_push(list, object);
    }
    return list;
}
