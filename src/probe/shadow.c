/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:shadow: the lines of /etc/shadow. Only root can read the file; for
 * anyone else the object is in error.
 */
#include "base/io.h"
#include "probe/accounts.h"
#include "probe/machine.h"

static const char path[] = "/etc/shadow";

static void give_days(struct oval_sink *sink, const char *name, str text)
{
    int64_t value;

    if (text.n == 0)
        oval_item_status(sink, name, OVAL_INT, OVAL_DOES_NOT_EXIST);
    else if (str_to_i64(text, INT64_MIN, INT64_MAX, &value, NULL) == 0)
        oval_item_int(sink, name, value);
    else
        oval_item_str(sink, name, text);
}

static void give_method(struct oval_sink *sink, const struct account_shadow *a)
{
    const char *method = accounts_encrypt_method(a->password);

    if (method == NULL)
        oval_sink_message(sink, OVAL_LEVEL_INFO,
                          "%s: OVAL has no encrypt_method for the password "
                          "hash of '%" PRIstr "'",
                          path, ARGstr(a->name));
    if (method == NULL || method[0] == '\0')
        oval_item_status(sink, "encrypt_method", OVAL_STRING,
                         OVAL_DOES_NOT_EXIST);
    else
        oval_item_str(sink, "encrypt_method", str_c(method));
}

static void give(struct oval_sink *sink, const struct account_shadow *a)
{
    oval_item_begin(sink, "unix:shadow");
    oval_item_str(sink, "username", a->name);
    oval_item_str(sink, "password", a->password);
    give_days(sink, "chg_lst", a->last_change);
    give_days(sink, "chg_allow", a->min_age);
    give_days(sink, "chg_req", a->max_age);
    give_days(sink, "exp_warn", a->warning);
    give_days(sink, "exp_inact", a->inactive);
    give_days(sink, "exp_date", a->expire);
    give_days(sink, "flag", a->flag);
    give_method(sink, a);
    oval_item_end(sink);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    AUTO(buf_clear) struct buf file = BUF(ACCOUNTS_FILE_MAX);
    struct err why = { 0 };
    str wanted = STR_NONE;
    bool one = oval_query_literal(query, "username", &wanted);
    str text;
    int rc;

    rc = probe_read(machine, path, &file, &why);
    if (rc == E_ABSENT)
        return 0;
    if (rc < 0) {
        oval_sink_error(sink, "%s", err_text(&why));
        return 0;
    }
    text = buf_str(&file);
    for (unsigned line = 1; text.n > 0; line++) {
        struct account_shadow account;

        rc = accounts_shadow_line(str_cut(&text, '\n'), &account, &why);
        if (rc < 0)
            oval_sink_message(sink, OVAL_LEVEL_WARNING,
                              "%s:%u: %s; the system ignores the line", path,
                              line, err_text(&why));
        if (rc == 0 && (!one || str_eq(account.name, wanted)))
            give(sink, &account);
    }
    return 0;
}

const struct probe probe_shadow = {
    .object = "unix:shadow",
    .collect = collect,
};
