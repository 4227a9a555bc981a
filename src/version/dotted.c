/* SPDX-License-Identifier: Apache-2.0 */
#include "version/dotted.h"

#include "version/version_int.h"

int dotted_version_check(str text, struct err *err)
{
    if (text.n > 0 && version_is_digit(text.p[0]))
        return 0;
    return err_set(err, E_PARSE,
                   "'%" PRIstr "' is not a version: it does not begin with "
                   "a number",
                   ARGstr(text));
}

/* Drops one delimiter: a character of UTF-8, or a byte of what is not. */
static void skip_delimiter(str *s)
{
    size_t n = 1;

    while (n < s->n && ((unsigned char)s->p[n] & 0xc0) == 0x80)
        n++;
    *s = str_sub(*s, n, s->n);
}

int dotted_version_compare(str a, str b, int *out_order, struct err *err)
{
    int order = 0;
    int rc;

    rc = dotted_version_check(a, err);
    if (rc < 0)
        return rc;
    rc = dotted_version_check(b, err);
    if (rc < 0)
        return rc;
    while (order == 0 && (a.n > 0 || b.n > 0)) {
        str na = version_cut_digits(&a);
        str nb = version_cut_digits(&b);

        order = version_order_digits(na, nb);
        skip_delimiter(&a);
        skip_delimiter(&b);
    }
    *out_order = order;
    return 0;
}
