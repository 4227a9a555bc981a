/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/selinux.h"

#include "probe/word.h"

/* A sensitivity and, behind a colon, its categories. */
static void parse_level(str text, str *out_sensitivity, str *out_category)
{
    *out_sensitivity = str_cut(&text, ':');
    *out_category = text;
}

int selinux_parse_context(str text, struct selinux_context *out,
                          struct err *err)
{
    struct selinux_context context = { 0 };
    str whole = text;
    str low;

    context.user = str_cut(&text, ':');
    context.role = str_cut(&text, ':');
    context.type = str_cut(&text, ':');
    if (context.user.n == 0 || context.role.n == 0 || context.type.n == 0)
        return err_set(err, E_PARSE,
                       "'%" PRIstr "' is not a security context "
                       "user:role:type[:range]",
                       ARGstr(whole));
    low = str_cut(&text, '-');
    parse_level(low, &context.low_sensitivity, &context.low_category);
    parse_level(text, &context.high_sensitivity, &context.high_category);
    *out = context;
    return 0;
}

static int parse_bit(str text, bool *out, struct err *err)
{
    if (!str_eq(text, STR("0")) && !str_eq(text, STR("1")))
        return err_set(err, E_PARSE, "expected '0' or '1'");
    *out = text.p[0] == '1';
    return 0;
}

int selinux_parse_boolean(str text, bool *out_current, bool *out_pending,
                          struct err *err)
{
    bool current = false;
    bool pending = false;
    int rc = parse_bit(word_take(&text), &current, err);

    while (text.n > 0 && text.p[text.n - 1] == '\0')
        text.n--;
    if (rc == 0)
        rc = parse_bit(word_take(&text), &pending, err);
    if (rc < 0)
        return rc;
    *out_current = current;
    *out_pending = pending;
    return 0;
}
