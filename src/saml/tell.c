/* SPDX-License-Identifier: Apache-2.0
 *
 * The person of an assertion.
 */
#include "saml/reply.h"

static const char transient[] =
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

/* Walks the attributes of all statements. */
static const struct node *next_attribute(const struct node *assertion,
                                         const struct node *at)
{
    const struct node *statement =
        at == NULL ? node_child(assertion, NS_SAML, STR("AttributeStatement"))
                   : at->parent;
    const struct node *next =
        at == NULL ? node_child(statement, NS_SAML, STR("Attribute"))
                   : node_again(at);

    while (next == NULL && statement != NULL) {
        statement = node_again(statement);
        next = node_child(statement, NS_SAML, STR("Attribute"));
    }
    return next;
}

/* By its name, or by the short name that is there for people. */
static bool is_called(const struct node *attribute, str name)
{
    return name.n > 0 &&
           (str_eq(node_attr(attribute, STR("Name")), name) ||
            str_eq(node_attr(attribute, STR("FriendlyName")), name));
}

/* Into `out`, at most `max`: the values of all attributes of that name. One
 * that is no simple text, or too long, is left out. */
static size_t read_values(const struct node *assertion, str name, str *out,
                          size_t max)
{
    const struct node *attribute = next_attribute(assertion, NULL);
    size_t n = 0;

    for (; attribute != NULL;
         attribute = next_attribute(assertion, attribute)) {
        const struct node *value =
            is_called(attribute, name)
                ? node_child(attribute, NS_SAML, STR("AttributeValue"))
                : NULL;

        for (; value != NULL && n < max; value = node_again(value)) {
            str text = str_trim(value->text);

            if (value->first == NULL && text.n > 0 && text.n <= SAML_NAME_MAX)
                out[n++] = text;
        }
    }
    return n;
}

static str one_value(const struct node *assertion, str name)
{
    str value = STR("");

    (void)read_values(assertion, name, &value, 1);
    return value;
}

/* What stays the same for a person: never a name that is made anew for each
 * log-in. */
static int read_subject(const struct reply *reply,
                        const struct saml_order *order, str *out,
                        struct err *err)
{
    const struct node *id =
        node_child(node_child(reply->assertion, NS_SAML, STR("Subject")),
                   NS_SAML, STR("NameID"));
    str values[2];

    if (order->subject_attribute.n > 0) {
        if (read_values(reply->assertion, order->subject_attribute, values,
                        COUNT(values)) != 1)
            return err_set(err, E_PERM,
                           "assertion: there is not exactly one value of the "
                           "attribute %" PRIstr,
                           ARGstr(order->subject_attribute));
        *out = values[0];
        return 0;
    }
    if (str_eq_c(node_attr(id, STR("Format")), transient))
        return err_set(err, E_PERM,
                       "assertion: its NameID is made anew for each log-in; "
                       "set saml.subject_attribute");
    *out = id == NULL ? STR("") : str_trim(id->text);
    if (out->n == 0 || out->n > SAML_NAME_MAX)
        return err_set(err, E_PERM, "assertion: it has no NameID");
    return 0;
}

int reply_tell(const struct reply *reply, const struct saml_order *order,
               struct arena *arena, struct saml_result *out, struct err *err)
{
    struct saml_group *groups =
        arena_alloc(arena, SAML_GROUPS_MAX, sizeof(*groups));
    str *names = arena_alloc(arena, SAML_GROUPS_MAX, sizeof(*names));
    str id = node_attr(reply->assertion, STR("ID"));
    int rc = read_subject(reply, order, &out->subject, err);

    if (rc < 0)
        return rc;
    if (id.n > SAML_NAME_MAX)
        return err_set(err, E_PERM, "assertion: its ID is too long");
    out->assertion = id;
    out->login = one_value(reply->assertion, order->login_attribute);
    if (out->login.n == 0)
        out->login = out->subject;
    out->name = one_value(reply->assertion, order->name_attribute);
    out->email = one_value(reply->assertion, order->email_attribute);
    out->groups.p = groups;
    out->groups.n = read_values(reply->assertion, order->group_attribute, names,
                                SAML_GROUPS_MAX);
    for (size_t i = 0; i < out->groups.n; i++)
        groups[i].name = names[i];
    return 0;
}
