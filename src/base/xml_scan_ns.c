/* SPDX-License-Identifier: Apache-2.0
 *
 * Namespaces in XML 1.0 (third edition): every prefix has a number, `bound`
 * says what it means now, and `undo` what it meant before each declaration
 * that is in force. Number 0 is the default namespace.
 */
#include "base/xml_scan_int.h"

enum {
    PREFIX_DEFAULT = 0,
    PREFIX_XML = 1
};

static int number_of(struct scan *s, str prefix, uint32_t *out)
{
    int rc;

    if (prefix.n == 0) {
        *out = PREFIX_DEFAULT;
        return 0;
    }
    if (!str_eq(prefix, s->last_prefix)) {
        rc = xml_intern_prefix(s->r, prefix, &s->last_prefix, &s->last_number);
        if (rc < 0)
            return rc;
        while (s->bound.n <= s->last_number)
            (void)vec_push(&s->bound);
    }
    *out = s->last_number;
    return 0;
}

void scan_ns_init(struct scan *s)
{
    str uri;
    uint32_t number;
    bool fits =
        xml_intern_prefix(s->r, STR(""), &s->last_prefix, &number) == 0 &&
        xml_intern_ns(s->r, XML_NS_XML, &uri) == 0 &&
        number_of(s, STR("xml"), &number) == 0;

    if (fits) {
        s->bound.p[PREFIX_DEFAULT] = xml_no_ns;
        s->bound.p[PREFIX_XML] = uri;
    }
}

/* What the recommendation reserves (section 3). */
static int check(struct scan *s, const struct scan_declaration *d)
{
    bool is_xml = str_eq(d->uri, XML_NS_XML);

    if (str_eq(d->prefix, STR("xmlns")) || str_eq(d->uri, XML_NS_XMLNS))
        return scan_refuse(s, E_PARSE, s->at,
                           "the namespace of xmlns cannot be declared");
    if (str_eq(d->prefix, STR("xml")) != is_xml)
        return scan_refuse(s, E_PARSE, s->at,
                           "the prefix xml and its namespace belong "
                           "together");
    if (d->prefix.n > 0 && d->uri.n == 0)
        return scan_refuse(s, E_PARSE, s->at,
                           "the prefix '%" PRIstr
                           "' is declared without a namespace",
                           ARGstr(d->prefix));
    return 0;
}

static int declare(struct scan *s, const struct scan_declaration *d)
{
    struct scan_undo *undo;
    uint32_t number = 0;
    str ns = xml_no_ns;
    int rc = check(s, d);

    if (rc == 0 && s->undo.n >= XML_DECLARED_MAX)
        rc = scan_refuse(s, E_LIMIT, s->at,
                         "more than %d namespace declarations in force",
                         XML_DECLARED_MAX);
    if (rc == 0)
        rc = number_of(s, d->prefix, &number);
    if (rc == 0 && d->uri.n > 0)
        rc = xml_intern_ns(s->r, d->uri, &ns);
    if (rc < 0)
        return rc;
    undo = vec_push(&s->undo);
    undo->prefix = number;
    undo->ns = s->bound.p[number];
    s->bound.p[number] = ns;
    return 0;
}

int scan_ns_declare(struct scan *s)
{
    for (size_t i = 0; i < s->declared.n; i++) {
        int rc;

        for (size_t j = 0; j < i; j++)
            if (str_eq(s->declared.p[i].prefix, s->declared.p[j].prefix))
                return scan_refuse(s, E_PARSE, s->at,
                                   "a namespace is declared twice");
        rc = declare(s, &s->declared.p[i]);
        if (rc < 0)
            return rc;
    }
    return 0;
}

void scan_ns_undo(struct scan *s, size_t down_to)
{
    while (s->undo.n > down_to) {
        const struct scan_undo *undo = &s->undo.p[--s->undo.n];

        s->bound.p[undo->prefix] = undo->ns;
    }
}

int scan_ns_find(struct scan *s, str prefix, str *out)
{
    uint32_t number = 0;
    int rc = number_of(s, prefix, &number);

    if (rc < 0)
        return rc;
    if (s->bound.p[number].p == NULL)
        return scan_refuse(s, E_PARSE, s->at,
                           "the prefix '%" PRIstr "' is not declared",
                           ARGstr(prefix));
    *out = s->bound.p[number];
    return 0;
}
