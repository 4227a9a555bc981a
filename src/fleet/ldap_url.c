/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/ldap_url.h"

#include "base/utf8.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int decode(str text, struct arena *arena, str *out, struct err *err)
{
    char *p = arena_alloc(arena, text.n + 1, 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        int high = i + 2 < text.n ? hex(text.p[i + 1]) : -1;
        int low = i + 2 < text.n ? hex(text.p[i + 2]) : -1;

        if (text.p[i] != '%') {
            p[n++] = text.p[i];
            continue;
        }
        if (high < 0 || low < 0 || high * 16 + low == 0)
            return err_set(err, E_INVALID, "'%%' begins no character");
        p[n++] = (char)(high * 16 + low);
        i += 2;
    }
    *out = (str){ p, n };
    if (utf8_valid(*out) < n)
        return err_set(err, E_INVALID, "the URL is not UTF-8");
    return 0;
}

static bool is_attribute(str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == ';' || c == '.'))
            return false;
    }
    return name.n > 0 && name.n <= 64;
}

static bool is_filter(str filter)
{
    int depth = 0;

    for (size_t i = 0; i < filter.n; i++) {
        depth += filter.p[i] == '(';
        depth -= filter.p[i] == ')';
        if (depth < 0 || depth > 32 || (depth == 0 && i + 1 < filter.n))
            return false;
    }
    return filter.n >= 2 && filter.p[0] == '(' && depth == 0;
}

static int read_attributes(str text, struct arena *arena, struct ldap_url *out,
                           struct err *err)
{
    out->attribute_count = 0;
    while (text.n > 0) {
        str name = str_cut(&text, ',');

        if (!is_attribute(name) ||
            out->attribute_count == LDAP_URL_ATTRIBUTES_MAX)
            return err_set(err, E_INVALID,
                           "expected 1 to %d names of attributes, with ',' "
                           "between them",
                           LDAP_URL_ATTRIBUTES_MAX);
        out->attributes[out->attribute_count++] = arena_str(arena, name);
    }
    if (out->attribute_count == 0)
        return err_set(err, E_INVALID,
                       "expected an attribute that holds host names");
    return 0;
}

int label_url_parse(str text, struct arena *arena, struct ldap_url *out,
                    struct err *err)
{
    struct ldap_url url = { 0 };
    str base;
    str attributes;
    int rc;

    if (text.n > LDAP_URL_MAX || !str_starts(text, STR("ldap:///")))
        return err_set(err, E_INVALID,
                       "expected ldap:///BASE?ATTRIBUTES?SCOPE?FILTER, at "
                       "most %d bytes",
                       LDAP_URL_MAX);
    text = str_sub(text, 8, text.n);
    base = str_cut(&text, '?');
    attributes = str_cut(&text, '?');
    url.scope = str_cut(&text, '?');
    rc = decode(base, arena, &url.base, err);
    if (rc == 0)
        rc = read_attributes(attributes, arena, &url, err);
    if (rc == 0)
        rc = decode(text.n > 0 ? text : STR("(objectClass=*)"), arena,
                    &url.filter, err);
    if (rc < 0)
        return rc;
    if (url.scope.n == 0)
        url.scope = STR("sub");
    if (!str_eq(url.scope, STR("sub")) && !str_eq(url.scope, STR("one")) &&
        !str_eq(url.scope, STR("base")))
        return err_set(err, E_INVALID, "expected base, one or sub");
    if (!is_filter(url.filter))
        return err_set(err, E_INVALID,
                       "expected a filter in matching parentheses");
    url.scope = arena_str(arena, url.scope);
    *out = url;
    return 0;
}
