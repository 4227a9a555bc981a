/* SPDX-License-Identifier: Apache-2.0 */
#include "version/fileset.h"

#include "version/version_int.h"

int fileset_revision_check(str text, struct err *err)
{
    bool bad = text.n == 0 || text.p[text.n - 1] == '.';

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if ((unsigned char)c <= ' ' || c == 0x7f)
            bad = true;
        if (c == '.' && (i == 0 || text.p[i - 1] == '.'))
            bad = true;
    }
    if (bad)
        return err_set(err, E_PARSE,
                       "'%" PRIstr "' is not a fileset revision: fields "
                       "between dots were expected",
                       ARGstr(text));
    return 0;
}

static bool is_number(str s)
{
    version_cut_digits(&s);
    return s.n == 0;
}

static int order_fields(str a, str b)
{
    bool na = is_number(a);
    bool nb = is_number(b);

    if (na && nb)
        return version_order_digits(a, b);
    if (na != nb)
        return na ? -1 : 1;
    return str_cmp(a, b);
}

int fileset_revision_compare(str a, str b, int *out_order, struct err *err)
{
    int order = 0;
    int rc;

    rc = fileset_revision_check(a, err);
    if (rc < 0)
        return rc;
    rc = fileset_revision_check(b, err);
    if (rc < 0)
        return rc;
    /* A field that is not there is empty, which is the number 0. */
    while (order == 0 && (a.n > 0 || b.n > 0)) {
        str fa = str_cut(&a, '.');
        str fb = str_cut(&b, '.');

        order = order_fields(fa, fb);
    }
    *out_order = order;
    return 0;
}
