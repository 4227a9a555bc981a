/* SPDX-License-Identifier: Apache-2.0 */
#include "server/errand.h"

#define TEXT(s, m, limit) WIRE_FIELD_TEXT(s, m, limit)

static const struct wire_field text_fields[] = {
    TEXT(errand_text, text, ERRAND_TEXT_MAX),
};
static const struct wire_shape shape_text =
    WIRE_SHAPE_OF(errand_text, text_fields);

static const struct wire_field fetch_fields[] = {
    WIRE_FIELD_I64(errand_fetch, id, 1, INT64_MAX),
    TEXT(errand_fetch, method, 16),
    TEXT(errand_fetch, url, ERRAND_URL_MAX),
    TEXT(errand_fetch, content_type, 255),
    WIRE_FIELD_LIST(errand_fetch, headers, ERRAND_HEADERS_MAX, shape_text),
    WIRE_FIELD_BYTES(errand_fetch, body, ERRAND_FETCH_BODY_MAX),
    TEXT(errand_fetch, authority, ERRAND_PEM_MAX),
    WIRE_FIELD_BOOL(errand_fetch, plain),
    WIRE_FIELD_BOOL(errand_fetch, operator_word),
    WIRE_FIELD_I64(errand_fetch, redirects, 0, 5),
    WIRE_FIELD_I64(errand_fetch, answer_max, 1, ERRAND_ANSWER_MAX),
    WIRE_FIELD_I64(errand_fetch, timeout_ms, 1, ERRAND_TIMEOUT_MS_MAX),
};
const struct wire_shape shape_errand_fetch =
    WIRE_SHAPE_OF(errand_fetch, fetch_fields);

static const struct wire_field ldap_fields[] = {
    WIRE_FIELD_I64(errand_ldap, id, 1, INT64_MAX),
    TEXT(errand_ldap, url, ERRAND_URL_MAX),
    WIRE_FIELD_BOOL(errand_ldap, tls),
    TEXT(errand_ldap, authority, ERRAND_PEM_MAX),
    TEXT(errand_ldap, bind_dn, ERRAND_TEXT_MAX),
    TEXT(errand_ldap, bind_password, ERRAND_TEXT_MAX),
    TEXT(errand_ldap, base, ERRAND_TEXT_MAX),
    WIRE_FIELD_I64(errand_ldap, depth, 0, 2),
    TEXT(errand_ldap, filter, ERRAND_TEXT_MAX),
    WIRE_FIELD_LIST(errand_ldap, attributes, ERRAND_ATTRIBUTES_MAX, shape_text),
    WIRE_FIELD_BOOL(errand_ldap, login),
    TEXT(errand_ldap, password, ERRAND_TEXT_MAX),
    TEXT(errand_ldap, group_base, ERRAND_TEXT_MAX),
    TEXT(errand_ldap, group_filter, ERRAND_TEXT_MAX),
    WIRE_FIELD_I64(errand_ldap, limit, 1, ERRAND_ENTRIES_MAX),
    WIRE_FIELD_I64(errand_ldap, timeout_ms, 1, ERRAND_TIMEOUT_MS_MAX),
    WIRE_FIELD_BOOL(errand_ldap, operator_word),
};
const struct wire_shape shape_errand_ldap =
    WIRE_SHAPE_OF(errand_ldap, ldap_fields);

static const struct wire_field attachment_fields[] = {
    TEXT(errand_attachment, name, 255),
    TEXT(errand_attachment, content_type, 255),
    WIRE_FIELD_BYTES(errand_attachment, bytes, ERRAND_ATTACHMENT_MAX),
};
static const struct wire_shape shape_attachment =
    WIRE_SHAPE_OF(errand_attachment, attachment_fields);

static const struct wire_field mail_fields[] = {
    WIRE_FIELD_I64(errand_mail, id, 1, INT64_MAX),
    TEXT(errand_mail, url, ERRAND_URL_MAX),
    WIRE_FIELD_BOOL(errand_mail, tls),
    TEXT(errand_mail, authority, ERRAND_PEM_MAX),
    TEXT(errand_mail, user, 255),
    TEXT(errand_mail, password, ERRAND_TEXT_MAX),
    TEXT(errand_mail, from, 320),
    WIRE_FIELD_LIST(errand_mail, to, ERRAND_RECIPIENTS_MAX, shape_text),
    TEXT(errand_mail, subject, 998),
    TEXT(errand_mail, text, 1 << 20),
    TEXT(errand_mail, html, 1 << 20),
    WIRE_FIELD_LIST(errand_mail, attachments, ERRAND_ATTACHMENTS_MAX,
                    shape_attachment),
    WIRE_FIELD_I64(errand_mail, timeout_ms, 1, ERRAND_TIMEOUT_MS_MAX),
    WIRE_FIELD_BOOL(errand_mail, operator_word),
};
const struct wire_shape shape_errand_mail =
    WIRE_SHAPE_OF(errand_mail, mail_fields);

static const struct wire_field wake_target_fields[] = {
    WIRE_FIELD_EXACT(errand_wake_target, mac, 6),
    TEXT(errand_wake_target, address, 15),
};
static const struct wire_shape shape_wake_target =
    WIRE_SHAPE_OF(errand_wake_target, wake_target_fields);

static const struct wire_field wake_fields[] = {
    WIRE_FIELD_I64(errand_wake, id, 1, INT64_MAX),
    WIRE_FIELD_LIST(errand_wake, targets, ERRAND_WAKE_MAX, shape_wake_target),
    WIRE_FIELD_I64(errand_wake, port, 1, 65535),
    WIRE_FIELD_I64(errand_wake, timeout_ms, 1, ERRAND_TIMEOUT_MS_MAX),
};
const struct wire_shape shape_errand_wake =
    WIRE_SHAPE_OF(errand_wake, wake_fields);

static const struct wire_field value_fields[] = {
    TEXT(errand_value, name, 255),
    WIRE_FIELD_BYTES(errand_value, bytes, ERRAND_VALUE_MAX),
};
static const struct wire_shape shape_value =
    WIRE_SHAPE_OF(errand_value, value_fields);

static const struct wire_field entry_fields[] = {
    TEXT(errand_entry, dn, ERRAND_TEXT_MAX),
    WIRE_FIELD_LIST(errand_entry, values, ERRAND_VALUES_MAX, shape_value),
};
static const struct wire_shape shape_entry =
    WIRE_SHAPE_OF(errand_entry, entry_fields);

static const struct wire_field return_fields[] = {
    WIRE_FIELD_I64(errand_return, id, 1, INT64_MAX),
    WIRE_FIELD_I64(errand_return, code, -100, 0),
    TEXT(errand_return, text, ERR_TEXT_MAX),
    WIRE_FIELD_I64(errand_return, status, 0, 999),
    TEXT(errand_return, content_type, 1024),
    TEXT(errand_return, location, ERRAND_URL_MAX),
    WIRE_FIELD_BYTES(errand_return, body, ERRAND_ANSWER_MAX),
    WIRE_FIELD_LIST(errand_return, entries, ERRAND_ENTRIES_MAX, shape_entry),
};
const struct wire_shape shape_errand_return =
    WIRE_SHAPE_OF(errand_return, return_fields);

void filter_escape(struct buf *out, str value)
{
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];

        /* What RFC 4515 asks for, and control characters. */
        if (c == '*' || c == '(' || c == ')' || c == '\\' || c < ' ' ||
            c == 0x7f)
            buf_printf(out, "\\%02x", c);
        else
            buf_add_char(out, (char)c);
    }
}

void filter_fill(struct buf *out, str template, str login, str dn)
{
    while (template.n > 0) {
        if (str_starts(template, STR("{login}"))) {
            filter_escape(out, login);
            template = str_sub(template, 7, template.n);
        } else if (str_starts(template, STR("{dn}"))) {
            filter_escape(out, dn);
            template = str_sub(template, 4, template.n);
        } else {
            buf_add_char(out, template.p[0]);
            template = str_sub(template, 1, template.n);
        }
    }
}

str errand_value(const struct errand_entry *entry, str name)
{
    const struct errand_value *values = entry->values.p;

    for (size_t i = 0; i < entry->values.n; i++) {
        if (str_eq_nocase(values[i].name, name))
            return values[i].bytes;
    }
    return STR_NONE;
}
