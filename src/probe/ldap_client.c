/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/ldap_client.h"

#include <ldap.h>

#include "base/vec.h"
#include "probe/ldap_type.h"
#include "probe/library.h"

enum {
    TIMEOUT_S = 10,
    CONNECT_TIMEOUT_S = 5,
    ENTRIES_MAX = 10000,
    DN_MAX = 64 * 1024,
};

struct functions {
    __typeof__(ldap_initialize) *initialize;
    __typeof__(ldap_set_option) *set_option;
    __typeof__(ldap_sasl_bind_s) *bind;
    __typeof__(ldap_search_ext_s) *search;
    __typeof__(ldap_first_entry) *first_entry;
    __typeof__(ldap_next_entry) *next_entry;
    __typeof__(ldap_first_attribute) *first_attribute;
    __typeof__(ldap_next_attribute) *next_attribute;
    __typeof__(ldap_get_values_len) *get_values;
    __typeof__(ldap_value_free_len) *free_values;
    __typeof__(ldap_get_dn) *get_dn;
    __typeof__(ldap_memfree) *memfree;
    __typeof__(ldap_msgfree) *msgfree;
    __typeof__(ldap_err2string) *err2string;
    __typeof__(ldap_unbind_ext_s) *unbind;
    __typeof__(ber_free) *ber_free;
};

#define SYMBOL(member, name)                                                   \
    {                                                                          \
        name, offsetof(struct functions, member)                               \
    }

static const struct library_symbol symbols[] = {
    SYMBOL(initialize, "ldap_initialize"),
    SYMBOL(set_option, "ldap_set_option"),
    SYMBOL(bind, "ldap_sasl_bind_s"),
    SYMBOL(search, "ldap_search_ext_s"),
    SYMBOL(first_entry, "ldap_first_entry"),
    SYMBOL(next_entry, "ldap_next_entry"),
    SYMBOL(first_attribute, "ldap_first_attribute"),
    SYMBOL(next_attribute, "ldap_next_attribute"),
    SYMBOL(get_values, "ldap_get_values_len"),
    SYMBOL(free_values, "ldap_value_free_len"),
    SYMBOL(get_dn, "ldap_get_dn"),
    SYMBOL(memfree, "ldap_memfree"),
    SYMBOL(msgfree, "ldap_msgfree"),
    SYMBOL(err2string, "ldap_err2string"),
    SYMBOL(unbind, "ldap_unbind_ext_s"),
    SYMBOL(ber_free, "ber_free"),
};

static const char *const sonames[] = { "libldap-2.5.so.0", "libldap.so.2",
                                       "libldap-2.4.so.2", NULL };

static const struct library library = { sonames, "libldap-2.5-0", symbols,
                                        COUNT(symbols) };

struct job {
    struct functions fn;
    const struct ldap_client_kind *kind;
    const struct oval_query *query;
    struct oval_sink *sink;
    const struct oval_want *relative;
    const struct oval_want *attribute;
    LDAP *ldap;
    struct arena arena;
    VEC(str) schema; /* attributeTypes */
};

static int failed(const struct job *job, int code, const char *what,
                  struct err *err)
{
    return err_set(err, E_IO, "LDAP: %s: %s", what, job->fn.err2string(code));
}

static int connect(struct job *job, struct err *err)
{
    const struct timeval connect_timeout = { CONNECT_TIMEOUT_S, 0 };
    const struct timeval timeout = { TIMEOUT_S, 0 };
    const int version = LDAP_VERSION3;
    const int size = ENTRIES_MAX;
    struct berval nothing = { 0, NULL };
    int rc = job->fn.initialize(&job->ldap, NULL);

    if (rc != LDAP_SUCCESS)
        return failed(job, rc, "the server of ldap.conf", err);
    job->fn.set_option(job->ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
    job->fn.set_option(job->ldap, LDAP_OPT_NETWORK_TIMEOUT, &connect_timeout);
    job->fn.set_option(job->ldap, LDAP_OPT_TIMEOUT, &timeout);
    job->fn.set_option(job->ldap, LDAP_OPT_SIZELIMIT, &size);
    job->fn.set_option(job->ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    rc = job->fn.bind(job->ldap, NULL, LDAP_SASL_SIMPLE, &nothing, NULL, NULL,
                      NULL);
    return rc == LDAP_SUCCESS ? 0 : failed(job, rc, "connecting", err);
}

/* 1: there is nothing called base; then *out is NULL. */
static int search(struct job *job, str base, int scope, const char **attributes,
                  LDAPMessage **out, struct err *err)
{
    struct timeval timeout = { TIMEOUT_S, 0 };
    const char *name = arena_c(&job->arena, base);
    int rc;

    *out = NULL;
    rc = job->fn.search(job->ldap, name, scope, "(objectClass=*)",
                        (char **)(void *)attributes, 0, NULL, NULL, &timeout,
                        ENTRIES_MAX, out);
    if (rc == LDAP_SUCCESS)
        return 0;
    if (rc == LDAP_SIZELIMIT_EXCEEDED) {
        oval_sink_flag(job->sink, OVAL_FLAG_INCOMPLETE);
        oval_sink_message(job->sink, OVAL_LEVEL_WARNING,
                          "%s: the server gives no more entries", name);
        return 0;
    }
    job->fn.msgfree(*out);
    *out = NULL;
    return rc == LDAP_NO_SUCH_OBJECT ? 1 : failed(job, rc, name, err);
}

/* The values of an attribute, copied to the arena. */
static str *copy_values(struct job *job, LDAPMessage *entry, const char *name,
                        size_t *out_n)
{
    struct berval **values = job->fn.get_values(job->ldap, entry, name);
    size_t n = 0;
    str *copy;

    while (values != NULL && values[n] != NULL)
        n++;
    copy = arena_alloc(&job->arena, n + 1, sizeof(*copy));
    for (size_t i = 0; i < n; i++)
        copy[i] = arena_str(&job->arena,
                            (str){ values[i]->bv_val, values[i]->bv_len });
    job->fn.free_values(values);
    *out_n = n;
    return copy;
}

/* The first value of an attribute of the server's root entry, or "". */
static str *root_values(struct job *job, const char *name, size_t *out_n)
{
    const char *attributes[] = { name, NULL };
    LDAPMessage *reply;
    LDAPMessage *entry;
    str *values = NULL;

    *out_n = 0;
    if (search(job, STR(""), LDAP_SCOPE_BASE, attributes, &reply, NULL) != 0)
        return NULL;
    entry = job->fn.first_entry(job->ldap, reply);
    if (entry != NULL)
        values = copy_values(job, entry, name, out_n);
    job->fn.msgfree(reply);
    return values;
}

/* Without a schema the types of attributes are not known. */
static void read_schema(struct job *job)
{
    const char *attributes[] = { "attributeTypes", NULL };
    LDAPMessage *reply = NULL;
    LDAPMessage *entry;
    size_t n = 0;
    str *values = root_values(job, "subschemaSubentry", &n);

    if (n == 0 ||
        search(job, values[0], LDAP_SCOPE_BASE, attributes, &reply, NULL) != 0)
        return;
    entry = job->fn.first_entry(job->ldap, reply);
    if (entry != NULL) {
        values = copy_values(job, entry, attributes[0], &n);
        for (size_t i = 0; i < n; i++)
            *vec_push(&job->schema) = values[i];
    }
    job->fn.msgfree(reply);
}

struct entry {
    str suffix;
    str relative;
    str classes; /* each ends with ';' */
};

static void give_head(struct job *job, const struct entry *entry)
{
    struct oval_sink *sink = job->sink;

    oval_item_begin(sink, job->kind->item);
    oval_item_str(sink, "suffix", entry->suffix);
    if (entry->relative.n == 0)
        oval_item_status(sink, "relative_dn", OVAL_STRING, OVAL_DOES_NOT_EXIST);
    else
        oval_item_str(sink, "relative_dn", entry->relative);
}

static void give_class(struct job *job, const struct entry *entry)
{
    if (entry->classes.n == 0)
        oval_item_status(job->sink, "object_class", OVAL_STRING,
                         OVAL_DOES_NOT_EXIST);
    else
        oval_item_str(job->sink, "object_class", entry->classes);
}

static void give_attribute(struct job *job, const struct entry *entry,
                           LDAPMessage *message, const char *name)
{
    struct oval_sink *sink = job->sink;
    const char *type = ldap_type_of(job->schema.p, job->schema.n, str_c(name));
    size_t n;
    const str *values;

    if (job->attribute != NULL &&
        oval_sink_match(sink, job->attribute, str_c(name)) != OVAL_TRUE)
        return;
    values = copy_values(job, message, name, &n);
    give_head(job, entry);
    oval_item_str(sink, "attribute", str_c(name));
    give_class(job, entry);
    if (type == NULL)
        oval_item_status(sink, "ldaptype", OVAL_STRING, OVAL_NOT_COLLECTED);
    else
        oval_item_str(sink, "ldaptype", str_c(type));
    job->kind->give_values(sink, str_c(name), values, n);
    oval_item_end(sink);
}

/* With a nil attribute the item is the entry. */
static void give_entry(struct job *job, const struct entry *entry)
{
    give_head(job, entry);
    oval_item_status(job->sink, "attribute", OVAL_STRING, OVAL_DOES_NOT_EXIST);
    give_class(job, entry);
    oval_item_status(job->sink, "ldaptype", OVAL_STRING, OVAL_DOES_NOT_EXIST);
    job->kind->give_values(job->sink, STR(""), NULL, 0);
    oval_item_end(job->sink);
}

static str classes_of(struct job *job, LDAPMessage *message)
{
    AUTO(buf_clear) struct buf text = BUF(DN_MAX);
    size_t n;
    const str *values = copy_values(job, message, "objectClass", &n);

    for (size_t i = 0; i < n; i++) {
        buf_add(&text, values[i]);
        buf_add_char(&text, ';');
    }
    return arena_str(&job->arena, buf_str(&text));
}

static void give_message(struct job *job, str suffix, str relative,
                         LDAPMessage *message)
{
    struct entry entry = { suffix, relative, classes_of(job, message) };
    BerElement *state = NULL;
    char *name;

    if (job->attribute != NULL && job->attribute->nil) {
        give_entry(job, &entry);
        return;
    }
    name = job->fn.first_attribute(job->ldap, message, &state);
    while (name != NULL) {
        give_attribute(job, &entry, message, name);
        job->fn.memfree(name);
        name = job->fn.next_attribute(job->ldap, message, state);
    }
    if (state != NULL)
        job->fn.ber_free(state, 0);
}

static int scope_of(const struct job *job, struct err *err)
{
    str scope = oval_query_behavior(job->query, "scope", STR("BASE"));

    if (str_eq(scope, STR("BASE")))
        return LDAP_SCOPE_BASE;
    if (str_eq(scope, STR("ONE")))
        return LDAP_SCOPE_ONELEVEL;
    if (str_eq(scope, STR("SUBTREE")))
        return LDAP_SCOPE_SUBTREE;
    return err_set(err, E_INVALID,
                   "the behaviour scope must be BASE, ONE or SUBTREE, not "
                   "'%" PRIstr "'",
                   ARGstr(scope));
}

static str relative_of(struct job *job, LDAPMessage *message, str suffix)
{
    char *dn = job->fn.get_dn(job->ldap, message);
    str relative = str_c(dn);

    if (dn != NULL)
        ldap_relative_dn(str_c(dn), suffix, &relative);
    relative = arena_str(&job->arena, relative);
    job->fn.memfree(dn);
    return relative;
}

/* The entries at and below one base. */
static int give_below(struct job *job, str suffix, str relative,
                      struct err *err)
{
    LDAPMessage *reply;
    LDAPMessage *message;
    int scope = scope_of(job, err);
    str base = suffix;
    int rc;

    if (scope < 0)
        return scope;
    if (relative.n > 0)
        base = arena_printf(&job->arena, "%" PRIstr ",%" PRIstr,
                            ARGstr(relative), ARGstr(suffix));
    rc = search(job, base, scope, NULL, &reply, err);
    if (rc != 0)
        return rc;
    for (message = job->fn.first_entry(job->ldap, reply); message != NULL;
         message = job->fn.next_entry(job->ldap, message))
        give_message(job, suffix, relative_of(job, message, suffix), message);
    job->fn.msgfree(reply);
    return 0;
}

/* Names that are not literal are looked for among all below the suffix. */
static int give_matching(struct job *job, str suffix, struct err *err)
{
    static const char *none[] = { LDAP_NO_ATTRS, NULL };
    LDAPMessage *reply;
    LDAPMessage *message;
    int rc = search(job, suffix, LDAP_SCOPE_SUBTREE, none, &reply, err);

    if (rc != 0)
        return rc;
    for (message = job->fn.first_entry(job->ldap, reply);
         rc >= 0 && message != NULL;
         message = job->fn.next_entry(job->ldap, message)) {
        str relative = relative_of(job, message, suffix);

        if (relative.n > 0 &&
            oval_sink_match(job->sink, job->relative, relative) == OVAL_TRUE)
            rc = give_below(job, suffix, relative, err);
    }
    job->fn.msgfree(reply);
    return rc;
}

static int give_suffix(struct job *job, str suffix, struct err *err)
{
    str relative;

    if (job->relative == NULL || job->relative->nil)
        return give_below(job, suffix, STR(""), err);
    if (oval_query_literal(job->query, "relative_dn", &relative))
        return give_below(job, suffix, relative, err);
    return give_matching(job, suffix, err);
}

static int give_all(struct job *job, struct err *err)
{
    const struct oval_want *want = oval_query_want(job->query, "suffix");
    str suffix;
    str *contexts;
    size_t n;
    int rc = 0;

    if (oval_query_literal(job->query, "suffix", &suffix))
        return give_suffix(job, suffix, err);
    contexts = root_values(job, "namingContexts", &n);
    for (size_t i = 0; rc >= 0 && i < n; i++)
        if (want == NULL ||
            oval_sink_match(job->sink, want, contexts[i]) == OVAL_TRUE)
            rc = give_suffix(job, contexts[i], err);
    return rc;
}

void ldap_client_collect(const struct ldap_client_kind *kind,
                         const struct oval_query *query, struct oval_sink *sink)
{
    struct job job = { .kind = kind,
                       .query = query,
                       .sink = sink,
                       .relative = oval_query_want(query, "relative_dn"),
                       .attribute = oval_query_want(query, "attribute"),
                       .arena = ARENA };
    struct err why = { 0 };
    int rc = library_load(&library, &job.fn, &why);

    if (rc == 0)
        rc = connect(&job, &why);
    if (rc == 0) {
        read_schema(&job);
        /* Below a scope, names are others than the object's. */
        oval_sink_trust(sink);
        rc = give_all(&job, &why);
    }
    if (rc < 0)
        oval_sink_error(sink, "%s", err_text(&why));
    if (job.ldap != NULL)
        job.fn.unbind(job.ldap, NULL, NULL);
    vec_clear(&job.schema);
    arena_clear(&job.arena);
}
