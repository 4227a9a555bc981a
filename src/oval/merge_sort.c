/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "oval/function_int.h"
#include "oval/integer.h"
#include "oval/real.h"

struct row {
    str text;
    size_t at;   /* where it stood */
    double real; /* numeric */
    bool whole;
    struct oval_integer integer; /* numeric, when whole */
};

typedef int order_fn(const struct row *a, const struct row *b);

struct order {
    order_fn *of;
    bool descending;
};

static int lexical(const struct row *a, const struct row *b)
{
    return str_cmp(a->text, b->text);
}

static int numeric(const struct row *a, const struct row *b)
{
    if (a->whole && b->whole)
        return oval_integer_order(&a->integer, &b->integer);
    return (a->real > b->real) - (a->real < b->real);
}

static size_t digits_at(str s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n;
}

static int natural(const struct row *a, const struct row *b)
{
    str sa = a->text;
    str sb = b->text;

    while (sa.n > 0 && sb.n > 0) {
        size_t na = digits_at(sa);
        size_t nb = digits_at(sb);
        struct oval_integer ia;
        struct oval_integer ib;
        int order;

        if (na > 0 && nb > 0 && oval_integer_parse(str_sub(sa, 0, na), &ia) &&
            oval_integer_parse(str_sub(sb, 0, nb), &ib)) {
            order = oval_integer_order(&ia, &ib);
        } else {
            order = (unsigned char)sa.p[0] - (unsigned char)sb.p[0];
            na = nb = 1;
        }
        if (order != 0)
            return order;
        sa = str_sub(sa, na, sa.n);
        sb = str_sub(sb, nb, sb.n);
    }
    return (sa.n > 0) - (sb.n > 0);
}

static int order_rows(const void *pa, const void *pb, void *ctx)
{
    const struct row *a = pa;
    const struct row *b = pb;
    const struct order *order = ctx;
    int result = order->of(a, b);

    if (result != 0)
        return order->descending ? -result : result;
    return a->at < b->at ? -1 : 1;
}

static int read_number(struct row *row, struct err *err)
{
    row->whole = oval_integer_parse(row->text, &row->integer);
    /* NaN has no place in an order. */
    if (oval_real_parse(row->text, &row->real) && row->real == row->real)
        return 0;
    return err_set(err, E_INVALID,
                   "merge: '%" PRIstr "' cannot be sorted as a number",
                   ARGstr(row->text));
}

int oval_merge_sort(str *values, size_t n, enum oval_sort sort, bool descending,
                    struct err *err)
{
    AUTO(mem_freep) struct row *rows = NULL;
    struct order order = { NULL, descending };

    if (sort == OVAL_SORT_DOCUMENT)
        return 0;
    if (sort >= OVAL_SORT_BAD)
        return err_set(err, E_INVALID,
                       "merge: sort is none of document, lexical, numeric, "
                       "natural");
    order.of = sort == OVAL_SORT_LEXICAL   ? lexical
               : sort == OVAL_SORT_NUMERIC ? numeric
                                           : natural;
    rows = mem_alloc(n + 1, sizeof(*rows));
    for (size_t i = 0; i < n; i++) {
        rows[i].text = values[i];
        rows[i].at = i;
        if (sort == OVAL_SORT_NUMERIC) {
            int rc = read_number(&rows[i], err);

            if (rc < 0)
                return rc;
        }
    }
    qsort_r(rows, n, sizeof(*rows), order_rows, &order);
    for (size_t i = 0; i < n; i++)
        values[i] = rows[i].text;
    return 0;
}
