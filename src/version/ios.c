/* SPDX-License-Identifier: Apache-2.0 */
#include "version/ios.h"

#include "version/version_int.h"

static bool take(str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_sub(*s, 1, s->n);
    return true;
}

/* "(9)", "(5b)", ".4", ".03a" behind major and minor, if there. */
static bool parse_release(str *rest, struct ios_version *out)
{
    bool bracket = take(rest, '(');

    if (!bracket && !take(rest, '.'))
        return true;
    out->release = version_cut_digits(rest);
    out->mainline_rebuild = version_cut_letters(rest);
    return out->release.n > 0 && (!bracket || take(rest, ')'));
}

/* "T0a", "SXI2", "W5(8)b", "M" behind the release, if there. */
static bool parse_train(str *rest, struct ios_version *out)
{
    out->train = version_cut_letters(rest);
    if (out->train.n == 0)
        return true;
    out->rebuild = version_cut_digits(rest);
    if (out->rebuild.n > 0 && take(rest, '(')) {
        out->build = version_cut_digits(rest);
        if (out->build.n == 0 || !take(rest, ')'))
            return false;
    }
    out->subrebuild = version_cut_letters(rest);
    return true;
}

int ios_version_parse(str text, struct ios_version *out, struct err *err)
{
    struct ios_version version = { 0 };
    str rest = str_trim(text);

    version.major = version_cut_digits(&rest);
    if (version.major.n > 0 && take(&rest, '.')) {
        version.minor = version_cut_digits(&rest);
        if (version.minor.n > 0 && parse_release(&rest, &version) &&
            parse_train(&rest, &version) && rest.n == 0) {
            *out = version;
            return 0;
        }
    }
    return err_set(err, E_PARSE,
                   "'%" PRIstr "' is not an IOS version as 12.4(9)T0a is",
                   ARGstr(text));
}

static int order_letters(str a, str b)
{
    size_t n = a.n < b.n ? a.n : b.n;

    for (size_t i = 0; i < n; i++) {
        /* Both are ASCII letters: the bit is their case. */
        int order = (a.p[i] | 0x20) - (b.p[i] | 0x20);

        if (order != 0)
            return order;
    }
    return a.n < b.n ? -1 : a.n > b.n;
}

int ios_version_order(const struct ios_version *a, const struct ios_version *b,
                      int *out_order)
{
    int order = version_order_digits(a->major, b->major);

    if (order == 0)
        order = version_order_digits(a->minor, b->minor);
    if (order == 0)
        order = version_order_digits(a->release, b->release);
    if (order == 0 && !str_eq_nocase(a->train, b->train))
        return 1;
    if (order == 0)
        order = order_letters(a->mainline_rebuild, b->mainline_rebuild);
    if (order == 0)
        order = version_order_digits(a->rebuild, b->rebuild);
    if (order == 0)
        order = version_order_digits(a->build, b->build);
    if (order == 0)
        order = order_letters(a->subrebuild, b->subrebuild);
    *out_order = order;
    return 0;
}

int ios_version_compare(str a, str b, int *out_order, struct err *err)
{
    struct ios_version va;
    struct ios_version vb;
    int rc;

    rc = ios_version_parse(a, &va, err);
    if (rc < 0)
        return rc;
    rc = ios_version_parse(b, &vb, err);
    if (rc < 0)
        return rc;
    return ios_version_order(&va, &vb, out_order);
}
