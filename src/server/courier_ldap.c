/* SPDX-License-Identifier: Apache-2.0
 *
 * One LDAP errand, from connecting to the last entry, in a child of the
 * courier. The socket is ours: connected to an address that was looked at,
 * and then given to libldap, so that no name is resolved a second time
 * (security claim 28). Referrals are not followed for the same reason.
 */
#include <errno.h>
#include <fcntl.h>
#include <ldap.h>
#include <netdb.h>
#include <openldap.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/vec.h"
#include "http/address.h"
#include "server/courier_int.h"

enum {
    CONNECT_MS = 5000,
    FILTER_MAX = 16384,
};

struct dialogue {
    const struct errand_ldap *errand;
    str allow;
    struct arena *arena;
    LDAP *ldap;
    int fd; /* until libldap has it */
    char *host;
    VEC(struct errand_entry) entries;
};

static void dialogue_end(struct dialogue *dialogue)
{
    if (dialogue->ldap != NULL)
        ldap_unbind_ext_s(dialogue->ldap, NULL, NULL);
    if (dialogue->fd >= 0)
        close(dialogue->fd);
    vec_clear(&dialogue->entries);
}

static int failed(const struct dialogue *dialogue, int code, const char *what,
                  struct err *err)
{
    char *detail = NULL;
    int rc = code == LDAP_INVALID_CREDENTIALS ||
                     code == LDAP_INAPPROPRIATE_AUTH ||
                     code == LDAP_INSUFFICIENT_ACCESS
                 ? E_PERM
             : code == LDAP_SIZELIMIT_EXCEEDED ? E_LIMIT
             : code == LDAP_FILTER_ERROR || code == LDAP_INVALID_DN_SYNTAX
                 ? E_INVALID
                 : E_IO;

    if (dialogue->ldap != NULL)
        ldap_get_option(dialogue->ldap, LDAP_OPT_DIAGNOSTIC_MESSAGE, &detail);
    err_set(err, rc, "directory: %s: %s%s%.200s", what, ldap_err2string(code),
            detail != NULL && detail[0] != 0 ? ": " : "",
            detail != NULL ? detail : "");
    ldap_memfree(detail);
    return rc;
}

/* --- connecting -------------------------------------------------------- */

static bool permitted(const struct dialogue *dialogue,
                      const struct sockaddr *address)
{
    return dialogue->errand->operator_word || address_is_public(address) ||
           address_in_list(address, dialogue->allow);
}

static int connect_to(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct pollfd wait = { .fd = fd, .events = POLLOUT };
    int error = 0;
    socklen_t n = sizeof(error);

    if (fd < 0)
        return -1;
    if (fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
        (connect(fd, address->ai_addr, address->ai_addrlen) == 0 ||
         (errno == EINPROGRESS && poll(&wait, 1, CONNECT_MS) == 1 &&
          getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) == 0 &&
          error == 0)) &&
        fcntl(fd, F_SETFL, 0) == 0)
        return fd;
    close(fd);
    return -1;
}

static int connect_any(struct dialogue *dialogue, const struct addrinfo *list,
                       struct err *err)
{
    bool forbidden = false;

    for (; list != NULL; list = list->ai_next) {
        if (!permitted(dialogue, list->ai_addr)) {
            forbidden = true;
            continue;
        }
        dialogue->fd = connect_to(list);
        if (dialogue->fd >= 0)
            return 0;
    }
    if (forbidden)
        return err_set(err, E_INVALID,
                       "directory: %s is at an address that is not permitted "
                       "(outbound_allow)",
                       dialogue->host);
    return err_set(err, E_IO, "directory: %s is not reached", dialogue->host);
}

static void free_list(struct addrinfo **list)
{
    if (*list != NULL)
        freeaddrinfo(*list);
}

static int connect_url(struct dialogue *dialogue, const LDAPURLDesc *url,
                       struct err *err)
{
    AUTO(free_list) struct addrinfo *list = NULL;
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    char port[16];
    int rc;

    if (url->lud_host == NULL || url->lud_host[0] == 0)
        return err_set(err, E_INVALID, "directory: the URL names no host");
    dialogue->host = (char *)arena_c(dialogue->arena, str_c(url->lud_host));
    snprintf(port, sizeof(port), "%d", url->lud_port);
    rc = getaddrinfo(url->lud_host, port, &hints, &list);
    if (rc != 0)
        return err_set(err, E_IO, "directory: %s: %s", dialogue->host,
                       gai_strerror(rc));
    return connect_any(dialogue, list, err);
}

static void free_url(LDAPURLDesc **url)
{
    if (*url != NULL)
        ldap_free_urldesc(*url);
}

/* Options of this connection only: the file of certificates is one that we
 * write, because libldap takes a path. */
static int set_tls(struct dialogue *dialogue, struct err *err)
{
    const struct errand_ldap *errand = dialogue->errand;
    char path[64];
    int demand = LDAP_OPT_X_TLS_DEMAND;
    int fresh = 0;
    int fd;

    ldap_set_option(dialogue->ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
    if (errand->authority.n > 0) {
        fd = memfd_create("authority", 0);
        if (fd < 0 || write(fd, errand->authority.p, errand->authority.n) !=
                          (ssize_t)errand->authority.n)
            return err_errno(err, errno, "directory: certificates");
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        ldap_set_option(dialogue->ldap, LDAP_OPT_X_TLS_CACERTFILE, path);
    }
    /* A context of its own, with what was just set. */
    if (ldap_set_option(dialogue->ldap, LDAP_OPT_X_TLS_NEWCTX, &fresh) !=
        LDAP_OPT_SUCCESS)
        return err_set(err, E_INVALID,
                       "directory: the certificates given cannot be read");
    return 0;
}

static int secure(struct dialogue *dialogue, bool ldaps, struct err *err)
{
    int rc = set_tls(dialogue, err);

    if (rc < 0)
        return rc;
    rc = ldaps ? ldap_install_tls(dialogue->ldap)
               : ldap_start_tls_s(dialogue->ldap, NULL, NULL);
    return rc == LDAP_SUCCESS ? 0 : failed(dialogue, rc, "TLS", err);
}

static int begin(struct dialogue *dialogue, struct err *err)
{
    const struct errand_ldap *errand = dialogue->errand;
    AUTO(free_url) LDAPURLDesc *url = NULL;
    const char *text = arena_c(dialogue->arena, errand->url);
    struct timeval patience = { .tv_sec = errand->timeout_ms / 1000 + 1 };
    int version = LDAP_VERSION3;
    bool ldaps;
    int rc;

    if (ldap_url_parse(text, &url) != LDAP_URL_SUCCESS ||
        (strcmp(url->lud_scheme, "ldap") != 0 &&
         strcmp(url->lud_scheme, "ldaps") != 0))
        return err_set(err, E_INVALID,
                       "directory: expected ldap://host or ldaps://host");
    ldaps = strcmp(url->lud_scheme, "ldaps") == 0;
    rc = connect_url(dialogue, url, err);
    if (rc < 0)
        return rc;
    rc = ldap_init_fd(dialogue->fd, LDAP_PROTO_TCP, text, &dialogue->ldap);
    if (rc != LDAP_SUCCESS)
        return failed(dialogue, rc, "start", err);
    dialogue->fd = -1;
    ldap_set_option(dialogue->ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(dialogue->ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    ldap_set_option(dialogue->ldap, LDAP_OPT_TIMEOUT, &patience);
    ldap_set_option(dialogue->ldap, LDAP_OPT_NETWORK_TIMEOUT, &patience);
    return ldaps || errand->tls ? secure(dialogue, ldaps, err) : 0;
}

static int bind_as(struct dialogue *dialogue, str dn, str password,
                   struct err *err)
{
    struct berval secret = {
        .bv_len = password.n,
        .bv_val = (char *)arena_c(dialogue->arena, password),
    };
    int rc = ldap_sasl_bind_s(dialogue->ldap, arena_c(dialogue->arena, dn),
                              LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);

    return rc == LDAP_SUCCESS ? 0 : failed(dialogue, rc, "log in", err);
}

/* --- searching --------------------------------------------------------- */

static void keep_values(struct dialogue *dialogue, LDAPMessage *message,
                        const char *name, struct errand_value *out, size_t *n)
{
    struct berval **values = ldap_get_values_len(dialogue->ldap, message, name);

    for (size_t i = 0;
         values != NULL && values[i] != NULL && *n < ERRAND_VALUES_MAX; i++) {
        if (values[i]->bv_len > ERRAND_VALUE_MAX)
            continue;
        out[(*n)++] = (struct errand_value){
            .name = arena_str(dialogue->arena, str_c(name)),
            .bytes = arena_str(dialogue->arena,
                               (str){ values[i]->bv_val, values[i]->bv_len }),
        };
    }
    ldap_value_free_len(values);
}

static int keep_entry(struct dialogue *dialogue, LDAPMessage *message,
                      struct err *err)
{
    struct errand_entry *entry = vec_push(&dialogue->entries);
    struct errand_value *values =
        arena_alloc(dialogue->arena, ERRAND_VALUES_MAX, sizeof(*values));
    char *dn = ldap_get_dn(dialogue->ldap, message);
    BerElement *at = NULL;
    size_t n = 0;
    char *name;

    if (dn == NULL || strlen(dn) > ERRAND_TEXT_MAX) {
        ldap_memfree(dn);
        return err_set(err, E_LIMIT,
                       "directory: the name of an entry is "
                       "missing or too long");
    }
    entry->dn = arena_str(dialogue->arena, str_c(dn));
    ldap_memfree(dn);
    for (name = ldap_first_attribute(dialogue->ldap, message, &at);
         name != NULL;
         name = ldap_next_attribute(dialogue->ldap, message, at)) {
        keep_values(dialogue, message, name, values, &n);
        ldap_memfree(name);
    }
    ber_free(at, 0);
    entry->values = (struct wire_list){ values, n };
    return 0;
}

static void free_message(LDAPMessage **message)
{
    if (*message != NULL)
        ldap_msgfree(*message);
}

static int search(struct dialogue *dialogue, str base, str filter,
                  int64_t limit, struct err *err)
{
    const struct errand_ldap *errand = dialogue->errand;
    const struct errand_text *wanted = errand->attributes.p;
    AUTO(free_message) LDAPMessage *result = NULL;
    struct timeval patience = { .tv_sec = errand->timeout_ms / 1000 + 1 };
    static const int depths[] = { LDAP_SCOPE_SUBTREE, LDAP_SCOPE_ONELEVEL,
                                  LDAP_SCOPE_BASE };
    char *names[ERRAND_ATTRIBUTES_MAX + 1] = { NULL };
    int rc;

    for (size_t i = 0; i < errand->attributes.n; i++)
        names[i] = (char *)arena_c(dialogue->arena, wanted[i].text);
    if (errand->attributes.n == 0)
        names[0] = (char *)LDAP_NO_ATTRS;
    rc = ldap_search_ext_s(dialogue->ldap, arena_c(dialogue->arena, base),
                           depths[errand->login ? 0 : errand->depth],
                           arena_c(dialogue->arena, filter), names, 0, NULL,
                           NULL, &patience, (int)limit + 1, &result);
    if (rc != LDAP_SUCCESS && !(rc == LDAP_SIZELIMIT_EXCEEDED && errand->login))
        return failed(dialogue, rc, "search", err);
    for (LDAPMessage *entry = ldap_first_entry(dialogue->ldap, result);
         entry != NULL; entry = ldap_next_entry(dialogue->ldap, entry)) {
        if (limit-- == 0)
            return err_set(err, E_LIMIT, "directory: too many entries");
        rc = keep_entry(dialogue, entry, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int search_groups(struct dialogue *dialogue, str dn, struct err *err)
{
    const struct errand_ldap *errand = dialogue->errand;
    AUTO(buf_clear) struct buf filter = BUF(FILTER_MAX);
    int rc;

    if (errand->group_base.n == 0)
        return 0;
    filter_fill(&filter, errand->group_filter, STR(""), dn);
    rc = buf_finish(&filter, "directory: the filter of groups", err);
    return rc < 0 ? rc
                  : search(dialogue, errand->group_base, buf_str(&filter),
                           errand->limit, err);
}

/* Exactly one entry, whose password is the one given. An empty password
 * would be an anonymous bind, which succeeds (RFC 4513, 5.1.2). */
static int log_in(struct dialogue *dialogue, struct err *err)
{
    const struct errand_ldap *errand = dialogue->errand;
    str dn;
    int rc;

    if (errand->password.n == 0)
        return err_set(err, E_PERM, "directory: the password is empty");
    if (dialogue->entries.n != 1)
        return err_set(err, E_PERM,
                       "directory: there is no such account, or "
                       "more than one");
    dn = dialogue->entries.p[0].dn;
    if (dn.n == 0)
        return err_set(err, E_PERM, "directory: the account has no name");
    /* Groups first: the account itself may not be allowed to read them. */
    rc = search_groups(dialogue, dn, err);
    return rc < 0 ? rc : bind_as(dialogue, dn, errand->password, err);
}

static int converse(struct dialogue *dialogue, struct err *err)
{
    const struct errand_ldap *errand = dialogue->errand;
    int rc = begin(dialogue, err);

    if (rc == 0 && errand->bind_dn.n > 0 && errand->bind_password.n == 0)
        rc = err_set(err, E_INVALID,
                     "directory: the account that searches has no password");
    if (rc == 0 && errand->bind_dn.n > 0) {
        rc = bind_as(dialogue, errand->bind_dn, errand->bind_password, err);
        /* E_PERM would say that the person's password is wrong. */
        if (rc == E_PERM)
            rc = E_IO;
    }
    if (rc == 0)
        rc = search(dialogue, errand->base, errand->filter,
                    errand->login ? 2 : errand->limit, err);
    if (rc == E_LIMIT && errand->login)
        rc = err_set(err, E_PERM, "directory: more than one account fits");
    if (rc == 0 && errand->login)
        rc = log_in(dialogue, err);
    return rc;
}

int courier_do_ldap(const struct errand_ldap *errand, str allow,
                    struct arena *arena, struct errand_return *out,
                    struct err *err)
{
    AUTO(dialogue_end)
    struct dialogue dialogue = {
        .errand = errand, .allow = allow, .arena = arena, .fd = -1
    };
    struct errand_entry *entries;
    int rc = converse(&dialogue, err);

    if (rc < 0)
        return rc;
    entries = arena_alloc(arena, dialogue.entries.n + 1, sizeof(*entries));
    if (dialogue.entries.n > 0)
        memcpy(entries, dialogue.entries.p,
               dialogue.entries.n * sizeof(*entries));
    out->entries = (struct wire_list){ entries, dialogue.entries.n };
    return 0;
}
