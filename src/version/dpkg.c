/* SPDX-License-Identifier: Apache-2.0 */
#include "version/dpkg.h"

#include "version/version_int.h"

/* The bytes that mean something to the parser; it looks at every byte of a
 * feed's versions, so the others must cost nothing. */
enum {
    PLAIN,
    BLANK,
    COLON,
    HYPHEN
};
static const uint8_t kinds[256] = {
    ['\0'] = BLANK, ['\t'] = BLANK, [' '] = BLANK, [':'] = COLON, ['-'] = HYPHEN
};

static uint8_t kind_of(char c)
{
    return kinds[(unsigned char)c];
}

static str trim_blanks(str s)
{
    while (s.n > 0 && kind_of(s.p[0]) == BLANK)
        s = version_skip(s, 1);
    while (s.n > 0 && kind_of(s.p[s.n - 1]) == BLANK)
        s.n--;
    return s;
}

static int refuse(str text, const char *why, struct err *err)
{
    return err_set(err, E_PARSE, "'%" PRIstr "' is not a Debian version: %s",
                   ARGstr(text), why);
}

static int parse_epoch(str text, str epoch, uint32_t *out, struct err *err)
{
    int64_t value = 0;

    if (epoch.n == 1 && version_is_digit(epoch.p[0])) {
        *out = (uint32_t)(epoch.p[0] - '0');
        return 0;
    }
    if (epoch.n == 0)
        return refuse(text, "its epoch is empty", err);
    /* dpkg keeps epochs in an int. */
    if (str_to_i64(epoch, 0, INT32_MAX, &value, NULL) < 0)
        return refuse(text, "its epoch is not a number up to 2147483647", err);
    *out = (uint32_t)value;
    return 0;
}

int dpkg_version_parse(str text, struct dpkg_version *out, struct err *err)
{
    struct dpkg_version version = { 0, trim_blanks(text), STR("") };
    str *upstream = &version.upstream;
    size_t colon = upstream->n;
    size_t hyphen = upstream->n;
    int rc;

    if (upstream->n == 0)
        return refuse(text, "it is empty", err);
    for (size_t i = 0; i < upstream->n; i++) {
        uint8_t kind = kind_of(upstream->p[i]);

        if (LIKELY(kind == PLAIN))
            continue;
        if (kind == BLANK)
            return refuse(text, "it has a blank inside", err);
        if (kind == HYPHEN)
            hyphen = i;
        else if (colon == upstream->n)
            colon = i;
    }
    /* Before the colon it is part of the epoch: dpkg reads "-0" as 0. */
    if (colon < upstream->n && hyphen < colon)
        hyphen = upstream->n;
    if (hyphen < upstream->n) {
        version.revision = version_skip(*upstream, hyphen + 1);
        if (version.revision.n == 0)
            return refuse(text, "its revision is empty", err);
    }
    if (colon < upstream->n) {
        rc = parse_epoch(text, str_sub(*upstream, 0, colon), &version.epoch,
                         err);
        if (rc < 0)
            return rc;
        colon++;
    } else {
        colon = 0;
    }
    *upstream = (str){ upstream->p + colon, hyphen - colon };
    if (upstream->n == 0)
        return refuse(text, "nothing is between epoch and revision", err);
    *out = version;
    return 0;
}

/* The rank of a byte outside numbers: '~' before the end and digits, those
 * before letters, letters before all else. */
static int rank(str s, size_t i)
{
    unsigned char c;

    if (i >= s.n)
        return 0;
    c = (unsigned char)s.p[i];
    if (version_is_digit(s.p[i]))
        return 0;
    if (version_is_alpha(s.p[i]))
        return c;
    return c == '~' ? -1 : c + 256;
}

static bool at_digit(str s, size_t i)
{
    return i < s.n && version_is_digit(s.p[i]);
}

static bool at_other(str s, size_t i)
{
    return i < s.n && !version_is_digit(s.p[i]);
}

/* Upstream versions and revisions: runs of other characters and numbers take
 * turns; the first run that differs decides. What both begin with decides
 * nothing, save that a number must be seen whole. */
static int order_part(str a, str b)
{
    size_t i = version_common(a, b);
    size_t j;

    if (i == a.n && i == b.n)
        return 0;
    while (i > 0 && version_is_digit(a.p[i - 1]))
        i--;
    j = i;

    while (i < a.n || j < b.n) {
        int first = 0;

        for (; at_other(a, i) || at_other(b, j); i++, j++) {
            int order = rank(a, i) - rank(b, j);

            if (order != 0)
                return order;
        }
        while (i < a.n && a.p[i] == '0')
            i++;
        while (j < b.n && b.p[j] == '0')
            j++;
        for (; at_digit(a, i) && at_digit(b, j); i++, j++)
            if (first == 0)
                first = a.p[i] - b.p[j];
        if (at_digit(a, i))
            return 1;
        if (at_digit(b, j))
            return -1;
        if (first != 0)
            return first;
    }
    return 0;
}

int dpkg_version_order(const struct dpkg_version *a,
                       const struct dpkg_version *b)
{
    int order;

    if (a->epoch != b->epoch)
        return a->epoch < b->epoch ? -1 : 1;
    order = order_part(a->upstream, b->upstream);
    return order != 0 ? order : order_part(a->revision, b->revision);
}

int dpkg_version_compare(str a, str b, int *out_order, struct err *err)
{
    struct dpkg_version va;
    struct dpkg_version vb;
    int rc;

    rc = dpkg_version_parse(a, &va, err);
    if (rc < 0)
        return rc;
    rc = dpkg_version_parse(b, &vb, err);
    if (rc < 0)
        return rc;
    *out_order = dpkg_version_order(&va, &vb);
    return 0;
}
