/* SPDX-License-Identifier: Apache-2.0 */
#include "version/rpm.h"

#include "version/version_int.h"

int rpm_version_parse(str text, struct rpm_version *out, struct err *err)
{
    static const char none[] = "(none):";
    struct rpm_version version = { STR("0"), text, STR_NONE };
    str rest = text;
    str epoch;
    size_t i;

    if (text.n == 0)
        return err_set(err, E_PARSE, "a package version is empty");
    if (str_starts(text, str_c(none))) {
        version.version = str_sub(text, sizeof(none) - 1, text.n);
    } else {
        epoch = version_cut_digits(&rest);
        if (rest.n > 0 && rest.p[0] == ':') {
            version.version = str_sub(rest, 1, rest.n);
            if (epoch.n > 0)
                version.epoch = epoch;
        }
    }
    for (i = version.version.n; i-- > 0;) {
        if (version.version.p[i] != '-')
            continue;
        version.release = str_sub(version.version, i + 1, text.n);
        version.version.n = i;
        break;
    }
    *out = version;
    return 0;
}

static void skip_separators(str *s)
{
    size_t n = 0;

    while (n < s->n && !version_is_digit(s->p[n]) &&
           !version_is_alpha(s->p[n]) && s->p[n] != '~' && s->p[n] != '^')
        n++;
    *s = version_skip(*s, n);
}

static char first_of(str s)
{
    return s.n > 0 ? s.p[0] : '\0';
}

/* '~' is older than the end, '^' is newer than the end and older than
 * anything else. True when *out_order decides; otherwise *out_both says
 * whether both had the mark, which is then skipped. */
static bool order_marks(str *a, str *b, int *out_order, bool *out_both)
{
    char ca = first_of(*a);
    char cb = first_of(*b);

    *out_both = false;
    if (ca != '~' && cb != '~' && ca != '^' && cb != '^')
        return false;
    if (ca == cb) {
        *a = version_skip(*a, 1);
        *b = version_skip(*b, 1);
        *out_both = true;
        return false;
    }
    if (ca == '~' || cb == '~')
        *out_order = ca == '~' ? -1 : 1;
    else if (a->n == 0 || b->n == 0)
        *out_order = a->n == 0 ? -1 : 1;
    else
        *out_order = ca == '^' ? -1 : 1;
    return true;
}

/* The next segments, of the kind that a begins with. 0: go on. */
static int order_segments(str *a, str *b)
{
    bool digits = version_is_digit(a->p[0]);
    str sa = digits ? version_cut_digits(a) : version_cut_letters(a);
    str sb = digits ? version_cut_digits(b) : version_cut_letters(b);

    /* A number is newer than letters. */
    if (sb.n == 0)
        return digits ? 1 : -1;
    return digits ? version_order_digits(sa, sb) : str_cmp(sa, sb);
}

int rpm_version_order_part(str a, str b)
{
    size_t common = version_common(a, b);

    if (common == a.n && common == b.n)
        return 0;
    /* What both begin with decides nothing, save that a segment must be seen
     * whole. */
    while (common > 0 && (version_is_digit(a.p[common - 1]) ||
                          version_is_alpha(a.p[common - 1])))
        common--;
    a = version_skip(a, common);
    b = version_skip(b, common);
    while (a.n > 0 || b.n > 0) {
        int order = 0;
        bool both;

        skip_separators(&a);
        skip_separators(&b);
        if (order_marks(&a, &b, &order, &both))
            return order;
        if (both)
            continue;
        if (a.n == 0 || b.n == 0)
            break;
        order = order_segments(&a, &b);
        if (order != 0)
            return order;
    }
    if (a.n == 0 && b.n == 0)
        return 0;
    return a.n == 0 ? -1 : 1;
}

int rpm_version_order(const struct rpm_version *a, const struct rpm_version *b)
{
    int order = version_order_digits(a->epoch, b->epoch);

    if (order == 0)
        order = rpm_version_order_part(a->version, b->version);
    if (order != 0)
        return order;
    if (a->release.p == NULL || b->release.p == NULL)
        return (a->release.p != NULL) - (b->release.p != NULL);
    return rpm_version_order_part(a->release, b->release);
}

int rpm_version_compare(str a, str b, int *out_order, struct err *err)
{
    struct rpm_version va;
    struct rpm_version vb;
    int rc;

    rc = rpm_version_parse(a, &va, err);
    if (rc < 0)
        return rc;
    rc = rpm_version_parse(b, &vb, err);
    if (rc < 0)
        return rc;
    *out_order = rpm_version_order(&va, &vb);
    return 0;
}
