/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/prepare_int.h"

#define AT(member) offsetof(struct prepare_facts, member)
#define IOS (1u << SYNTAX_IOS)
#define ASA (1u << SYNTAX_ASA)
#define CATOS (1u << SYNTAX_CATOS)
#define IPS (1u << SYNTAX_IPS)
#define FRR (1u << SYNTAX_FRR)
#define ALL (IOS | ASA | CATOS | IPS | FRR)

/* A list, or one value that stands for a list of one. */
static size_t list_count(const struct jval *value)
{
    return jval_kind(value) == JVAL_ARRAY ? jval_count(value) : 1;
}

static const struct jval *list_at(const struct jval *value, size_t i)
{
    return jval_kind(value) == JVAL_ARRAY ? jval_at(value, i) : value;
}

static int check_list(const struct field *field, const struct jval *value,
                      struct err *err)
{
    if (list_count(value) > PREPARE_LIST_MAX)
        return field_error("", field->name, field->rule, err,
                           "has %zu elements; at most %d are taken",
                           list_count(value), PREPARE_LIST_MAX);
    return 0;
}

/* clang-format off */
static const struct field client_fields[] = {
    { "ip", "address", FIELD_IPV4, offsetof(struct http_client, ip), 7, 15,
      NULL, "R-ASA-3", ALL },
    { "netmask", "mask", FIELD_NETMASK, offsetof(struct http_client, netmask),
      7, 15, NULL, "R-ASA-3", ALL },
    { "if_name", "interface", FIELD_WORD,
      offsetof(struct http_client, if_name), 1, 48, NULL, "R-ASA-3", ALL },
    { NULL },
};
/* clang-format on */

static int read_client(struct prepare_facts *facts, struct arena *arena,
                       const struct field *field, const struct jval *value,
                       struct err *err)
{
    struct http_client *client = vec_push(&facts->clients);

    if (jval_kind(value) == JVAL_OBJECT) {
        int rc = fields_read(
            &(struct field_reading){ facts, arena, "servers.", client },
            client_fields, value, err);

        if (rc < 0)
            return rc;
    } else {
        client->ip = arena_str(arena, jval_text(value, STR_NONE));
    }
    if (!text_is_ipv4(client->ip, NULL))
        return field_error("", field->name, "R-ASA-3", err,
                           "each is an IPv4 address, or an object of ip, "
                           "netmask and if_name");
    if (client->netmask.n == 0)
        client->netmask = STR("255.255.255.255");
    if (client->if_name.n == 0)
        client->if_name = STR("inside");
    return 0;
}

static int read_clients(struct prepare_facts *facts, struct arena *arena,
                        const struct field *field, const struct jval *value,
                        struct err *err)
{
    int rc = check_list(field, value, err);

    for (size_t i = 0; rc == 0 && i < list_count(value); i++)
        rc = read_client(facts, arena, field, list_at(value, i), err);
    return rc;
}

static int read_word(struct arena *arena, const struct field *field,
                     const struct jval *value, str *out, struct err *err)
{
    str text = jval_text(value, STR_NONE);
    bool fits = text.n > 0 && text.n <= PREPARE_WORD_MAX;

    for (size_t i = 0; fits && i < text.n; i++)
        fits = text.p[i] > 0x20 && text.p[i] < 0x7f && text.p[i] != '?';
    if (!fits)
        return field_error("", field->name, field->rule, err,
                           "each is a text of 1 to %d printable characters "
                           "without blanks",
                           PREPARE_WORD_MAX);
    *out = arena_str(arena, text);
    return 0;
}

static int read_aaa_lists(struct prepare_facts *facts, struct arena *arena,
                          const struct field *field, const struct jval *value,
                          struct err *err)
{
    int rc = check_list(field, value, err);

    facts->has_aaa_lists = true;
    for (size_t i = 0; rc == 0 && i < list_count(value); i++)
        rc = read_word(arena, field, list_at(value, i),
                       vec_push(&facts->aaa_lists), err);
    return rc;
}

static bool is_network(str text)
{
    str address = str_cut(&text, '/');
    int64_t bits;

    return text_is_ipv4(address, NULL) &&
           (text.n == 0 || str_to_i64(text, 0, 32, &bits, NULL) == 0);
}

static int read_access_list(struct prepare_facts *facts, struct arena *arena,
                            const struct field *field, const struct jval *value,
                            struct err *err)
{
    int rc = check_list(field, value, err);

    for (size_t i = 0; rc == 0 && i < list_count(value); i++) {
        str *at = vec_push(&facts->access_list);

        rc = read_word(arena, field, list_at(value, i), at, err);
        if (rc == 0 && !is_network(*at))
            rc = field_error("", field->name, field->rule, err,
                             "'%" PRIstr "' is no network (10.0.0.0/8)",
                             ARGstr(*at));
    }
    return rc;
}

/* clang-format off */
static const struct field vty_fields[] = {
    { "first", NULL, FIELD_NUMBER, AT(vty_first), 0, 1180, NULL, "R-SSH-13",
      ALL },
    { "last", NULL, FIELD_NUMBER, AT(vty_last), 0, 1180, NULL, "R-SSH-13",
      ALL },
    { NULL },
};
static const struct field dialogue_fields[] = {
    { "time_zone", "timezone", FIELD_TEXT, AT(dialogue.time_zone), 1, 32, NULL,
      "R-ASA-2", ALL },
    { "year", NULL, FIELD_NUMBER, AT(dialogue.year), 1993, 2035, NULL,
      "R-ASA-2", ALL },
    { "month", NULL, FIELD_NUMBER, AT(dialogue.month), 1, 12, NULL, "R-ASA-2",
      ALL },
    { "day", NULL, FIELD_NUMBER, AT(dialogue.day), 1, 31, NULL, "R-ASA-2",
      ALL },
    { "time", NULL, FIELD_WORD, AT(dialogue.time), 5, 8, NULL, "R-ASA-2",
      ALL },
    { "inside_ip", "inside_address", FIELD_IPV4, AT(dialogue.inside_ip), 7, 15,
      NULL, "R-ASA-2", ALL },
    { "inside_netmask", "inside_mask", FIELD_NETMASK,
      AT(dialogue.inside_netmask), 7, 15, NULL, "R-ASA-2", ALL },
    { "hostname", NULL, FIELD_HOSTNAME, AT(hostname), 1, 63, NULL, "R-ASA-2",
      ALL },
    { "domain", "domain_name", FIELD_DOMAIN, AT(domain), 1, 253, NULL,
      "R-ASA-2", ALL },
    { "enable_password", NULL, FIELD_PASSWORD, AT(enable_password), 1, 127,
      NULL, "R-ASA-2", ALL },
    { NULL },
};
/* clang-format on */

static int read_object(struct prepare_facts *facts, struct arena *arena,
                       const struct field *fields, const char *path,
                       const struct jval *value, struct err *err)
{
    if (jval_kind(value) != JVAL_OBJECT)
        return err_set(err, E_INVALID, "%.*s: expected an object, found %s",
                       (int)strlen(path) - 1, path,
                       jval_kind_name(jval_kind(value)));
    return fields_read(&(struct field_reading){ facts, arena, path, facts },
                       fields, value, err);
}

static int read_vty(struct prepare_facts *facts, struct arena *arena,
                    const struct field *field UNUSED, const struct jval *value,
                    struct err *err)
{
    return read_object(facts, arena, vty_fields, "vty.", value, err);
}

static int read_dialogue(struct prepare_facts *facts, struct arena *arena,
                         const struct field *field UNUSED,
                         const struct jval *value, struct err *err)
{
    return read_object(facts, arena, dialogue_fields, "dialogue.", value, err);
}

/* "secret", or the number of a type, as text or as number. */
static int read_password_type(struct prepare_facts *facts, struct arena *arena,
                              const struct field *field,
                              const struct jval *value, struct err *err)
{
    static const char *const types[] = { "secret", "0", "5", "8", "9" };
    str text = jval_text(value, STR_NONE);

    if (jval_kind(value) == JVAL_INTEGER)
        text = arena_printf(arena, "%lld", (long long)jval_i64(value, -1));
    for (size_t i = 0; i < COUNT(types); i++) {
        if (str_eq_c(text, types[i])) {
            facts->password_type = str_c(types[i]);
            return 0;
        }
    }
    return field_error("", field->name, field->rule, err,
                       "expected \"secret\", 0, 5, 8 or 9");
}

/* clang-format off */
static const struct field fields[] = {
    { "family", "device_family", FIELD_TEXT, AT(family_name), 1, 64, NULL,
      "R-COM-7", ALL },
    { "version", "os_version", FIELD_WORD, AT(version_text), 1, 64, NULL,
      "R-COM-7", ALL },
    { "model", NULL, FIELD_TEXT, AT(model), 1, 64, NULL, "R-TMS-4", ALL },
    { "transport", NULL, FIELD_TEXT, AT(transport_text), 1, 32, NULL,
      "R-COM-6", ALL },
    { "device", "state", FIELD_CHOICE, AT(device), 1, 16, "new|existing",
      "R-COM-3", ALL },
    { "new", "new_device|is_new", FIELD_BOOL, AT(is_new), 0, 0, NULL,
      "R-COM-3", ALL },
    { "direct", NULL, FIELD_BOOL, AT(direct), 0, 0, NULL, "R-COM-10", ALL },
    { "hostname", "name|host_name", FIELD_HOSTNAME, AT(hostname), 1, 63, NULL,
      "R-IOSSSL-1", ALL },
    { "domain", "domain_name", FIELD_DOMAIN, AT(domain), 1, 253, NULL,
      "R-IOSSSL-1", ALL },
    { "username", "user", FIELD_WORD, AT(username), 1, 64, NULL, "R-IOSSSL-1",
      ALL },
    { "password", NULL, FIELD_PASSWORD, AT(password), 1, 127, NULL,
      "R-IOSSSL-1", ALL },
    { "password_type", NULL, FIELD_OTHER, 0, 0, 0, NULL, "R-IOSSSL-7", IOS,
      read_password_type },
    { "privilege", NULL, FIELD_NUMBER, AT(privilege), 0, 15, NULL,
      "R-IOSSSL-2", IOS | ASA },
    { "enable_password", "enable", FIELD_PASSWORD, AT(enable_password), 1, 127,
      NULL, "R-ASA-2", IOS | ASA | CATOS | FRR },
    { "servers", "server|http", FIELD_OTHER, 0, 0, 0, NULL, "R-ASA-3",
      ASA | IPS | CATOS, read_clients },
    { "http_port", "port", FIELD_NUMBER, AT(http_port), 1, 65535, NULL,
      "R-ASA-6", IOS | ASA },
    { "dialogue", "dialog", FIELD_OTHER, 0, 0, 0, NULL, "R-ASA-2", ASA,
      read_dialogue },
    { "authorization", "authentication", FIELD_CHOICE, AT(authorization), 1,
      16, "local|aaa", "R-IOSSSL-3", IOS },
    { "aaa_lists", "lists|list_name|list", FIELD_OTHER, 0, 0, 0, NULL,
      "R-IOSSSL-3", IOS, read_aaa_lists },
    { "login_authentication", NULL, FIELD_WORD, AT(login_authentication), 1,
      PREPARE_WORD_MAX, NULL, "R-IOSSSL-5", IOS },
    { "exec_authorization", NULL, FIELD_WORD, AT(exec_authorization), 1,
      PREPARE_WORD_MAX, NULL, "R-IOSSSL-5", IOS },
    { "ssh", NULL, FIELD_BOOL, AT(ssh), 0, 0, NULL, "R-COM-12", IOS },
    { "login", NULL, FIELD_CHOICE, AT(login), 1, 16, "aaa|local", "R-SSH-8",
      IOS },
    { "modulus", NULL, FIELD_NUMBER, AT(modulus), 360, 4096, NULL, "R-SSH-11",
      IOS | CATOS },
    { "timeout", "ssh_timeout|time_out", FIELD_NUMBER, AT(timeout), 1, 120,
      NULL, "R-SSH-12", IOS },
    { "authentication_retries", "retries", FIELD_NUMBER, AT(retries), 0, 5,
      NULL, "R-SSH-12", IOS },
    { "vty", NULL, FIELD_OTHER, 0, 0, 0, NULL, "R-SSH-13", IOS, read_vty },
    { "vty_first", NULL, FIELD_NUMBER, AT(vty_first), 0, 1180, NULL,
      "R-SSH-13", IOS },
    { "vty_last", NULL, FIELD_NUMBER, AT(vty_last), 0, 1180, NULL, "R-SSH-13",
      IOS },
    { "aus", NULL, FIELD_OTHER, 0, 0, 0, NULL, "R-COM-10", ASA, read_aus },
    { "ce", "cns", FIELD_OTHER, 0, 0, 0, NULL, "R-COM-10", ASA | IOS,
      read_ce },
    { "licence", "license", FIELD_OTHER, 0, 0, 0, NULL, "R-LIC-2",
      IOS | IPS, read_licence },
    { "sensor_name", NULL, FIELD_HOSTNAME, AT(sensor.name), 1, 63, NULL,
      "R-IPS-1", IPS },
    { "ip", "ip_address|address", FIELD_IPV4, AT(sensor.ip), 7, 15, NULL,
      "R-IPS-1", IPS },
    { "netmask", "mask", FIELD_NETMASK, AT(sensor.netmask), 7, 15, NULL,
      "R-IPS-1", IPS },
    { "default_route", "gateway|default_gateway", FIELD_IPV4,
      AT(sensor.default_route), 7, 15, NULL, "R-IPS-1", IPS },
    { "tls", "ssl|tls_enabled|tls_ssl_enabled", FIELD_BOOL, AT(sensor.tls), 0,
      0, NULL, "R-IPS-1", IPS },
    { "web_server_port", NULL, FIELD_NUMBER, AT(sensor.port), 1, 65535, NULL,
      "R-IPS-3", IPS },
    { "use_default_ports", NULL, FIELD_BOOL, AT(sensor.use_default_ports), 0,
      0, NULL, "R-IPS-1", IPS },
    { "access_list", NULL, FIELD_OTHER, 0, 0, 0, NULL, "R-IPS-3", IPS,
      read_access_list },
    { NULL },
};
/* clang-format on */

/* The family first: it decides which other members there are. */
static int read_family(const struct jval *object, struct prepare_facts *facts,
                       struct err *err)
{
    const struct jval *value = field_value(object, &fields[0]);
    str name = jval_text(value, STR_NONE);

    if (value == NULL)
        return err_set(err, E_INVALID,
                       "family: is missing; expected %s "
                       "(R-COM-7)",
                       family_names());
    facts->family = family_find(name);
    if (facts->family == NULL)
        return err_set(err, E_INVALID,
                       "family: '%" PRIstr "' is not known; expected %s "
                       "(R-COM-7)",
                       ARGstr(str_sub(name, 0, 64)), family_names());
    return 0;
}

static int read_transport(struct prepare_facts *facts, struct err *err)
{
    const struct os_version *version =
        facts->has_version ? &facts->version : NULL;
    unsigned allowed;
    int rc = family_transports(facts->family, version, &allowed,
                               &facts->transport, err);

    if (rc < 0)
        return err_wrap(err, rc, "version");
    if (facts->transport_text.n == 0)
        return 0;
    rc = transport_find(facts->transport_text, &facts->transport, err);
    if (rc == 0)
        rc = family_check_transport(facts->family, version, facts->model,
                                    facts->transport, err);
    return rc < 0 ? err_wrap(err, rc, "transport") : 0;
}

static int missing(const char *name, const char *rule, const char *why,
                   struct err *err)
{
    return err_set(err, E_INVALID, "%s: is missing; %s (%s)", name, why, rule);
}

static int check_new(const struct prepare_facts *facts, const char *rule,
                     struct err *err)
{
    if (!facts->is_new)
        return 0;
    if (facts->hostname.n == 0)
        return missing("hostname", rule, "a new device needs one", err);
    if (facts->domain.n == 0)
        return missing("domain", rule, "a new device needs one", err);
    return 0;
}

static int check_vty(const struct prepare_facts *facts, struct err *err)
{
    if (facts->vty_first == NOT_GIVEN && facts->vty_last == NOT_GIVEN)
        return 0;
    if (facts->vty_first == NOT_GIVEN)
        return missing("vty_first", "R-SSH-13", "vty_last is given", err);
    if (facts->vty_last == NOT_GIVEN)
        return missing("vty_last", "R-SSH-13", "vty_first is given", err);
    if (facts->vty_last <= facts->vty_first)
        return err_set(err, E_INVALID,
                       "vty_last: %lld is not more than vty_first, %lld "
                       "(R-SSH-13)",
                       (long long)facts->vty_last, (long long)facts->vty_first);
    return 0;
}

static int check_password(const struct prepare_facts *facts, struct err *err)
{
    static const char *const marks[] = { "5", "$1$", "8", "$8$", "9", "$9$" };

    if (facts->username.n > 0 && facts->password.n == 0)
        return missing("password", "R-IOSSSL-1", "username is given", err);
    if (facts->password.n > 0 && facts->username.n == 0 &&
        facts->family->syntax != SYNTAX_FRR)
        return missing("username", "R-IOSSSL-1", "password is given", err);
    for (size_t i = 0; i < COUNT(marks); i += 2) {
        if (str_eq_c(facts->password_type, marks[i]) &&
            !str_starts(facts->password, str_c(marks[i + 1])))
            return err_set(err, E_INVALID,
                           "password: of type %s it is a digest that begins "
                           "with %s (R-IOSSSL-7)",
                           marks[i], marks[i + 1]);
    }
    if (memchr(facts->password.p != NULL ? facts->password.p : "", ' ',
               facts->password.n) != NULL &&
        facts->family->syntax != SYNTAX_IOS)
        return err_set(err, E_INVALID,
                       "password: must not hold blanks on this device "
                       "(R-ASA-5)");
    return 0;
}

static bool has_list(const struct prepare_facts *facts, str name)
{
    for (size_t i = 0; i < facts->aaa_lists.n; i++) {
        if (str_eq(facts->aaa_lists.p[i], name))
            return true;
    }
    return false;
}

static int check_list_name(const struct prepare_facts *facts, str name,
                           const char *field, struct err *err)
{
    if (name.n == 0 || has_list(facts, name))
        return 0;
    return err_set(err, E_INVALID,
                   "%s: '%" PRIstr "' is not among aaa_lists (R-IOSSSL-5)",
                   field, ARGstr(str_sub(name, 0, 64)));
}

static int check_ios_ssl(const struct prepare_facts *facts, struct err *err)
{
    bool is_aaa = str_eq_c(facts->authorization, "aaa");
    int rc;

    if (!is_aaa && facts->username.n == 0)
        return missing("username", "R-IOSSSL-1",
                       "local authentication needs a user of level 15", err);
    if (facts->privilege != NOT_GIVEN && facts->privilege != 15)
        return err_set(err, E_INVALID,
                       "privilege: HTTPS needs level 15, not %lld "
                       "(R-IOSSSL-2)",
                       (long long)facts->privilege);
    if (!is_aaa &&
        (facts->login_authentication.n > 0 || facts->exec_authorization.n > 0))
        return err_set(err, E_INVALID,
                       "%s: is for authorization \"aaa\" only (R-IOSSSL-5)",
                       facts->login_authentication.n > 0
                           ? "login_authentication"
                           : "exec_authorization");
    rc = check_list_name(facts, facts->login_authentication,
                         "login_authentication", err);
    if (rc == 0)
        rc = check_list_name(facts, facts->exec_authorization,
                             "exec_authorization", err);
    return rc;
}

static int check_ios(const struct prepare_facts *facts, struct err *err)
{
    int rc = check_vty(facts, err);

    if (rc == 0)
        rc = check_new(facts,
                       facts->ce.is_given                  ? "R-CNE-1"
                       : facts->transport == TRANSPORT_SSH ? "R-SSH-10"
                                                           : "R-IOSSSL-1",
                       err);
    if (rc == 0 && facts->modulus > 2048 && facts->has_version &&
        !os_version_from(&facts->version, 15, 1, 0))
        return err_set(err, E_INVALID,
                       "modulus: %lld is more than 2048, which IOS takes "
                       "before 15.1 (R-SSH-11)",
                       (long long)facts->modulus);
    if (rc == 0 && facts->transport == TRANSPORT_SSL &&
        (!facts->ce.is_given || facts->direct))
        rc = check_ios_ssl(facts, err);
    if (rc == 0 && facts->http_port != NOT_GIVEN &&
        facts->transport != TRANSPORT_SSL)
        return err_set(err, E_INVALID,
                       "http_port: is for the transport ssl only (R-ASA-6)");
    return rc;
}

static bool is_clock(str text)
{
    static const int64_t most[] = { 23, 59, 59 };
    size_t parts = 0;
    int64_t value;

    while (text.n > 0) {
        str part = str_cut(&text, ':');

        if (parts == COUNT(most) || part.n != 2 ||
            str_to_i64(part, 0, most[parts], &value, NULL) < 0)
            return false;
        parts++;
    }
    return parts >= 2;
}

static int check_asa(const struct prepare_facts *facts, struct err *err)
{
    static const uint8_t days[] = { 31, 29, 31, 30, 31, 30,
                                    31, 31, 30, 31, 30, 31 };
    const struct first_dialogue *d = &facts->dialogue;
    bool is_direct =
        facts->direct || (!facts->aus.is_given && !facts->ce.is_given);

    if (facts->aus.is_given && facts->ce.is_given)
        return err_set(err, E_INVALID,
                       "ce: a device has one AUS or Configuration Engine, "
                       "and aus is given (R-AUS-2)");
    if (is_direct && facts->clients.n == 0)
        return missing("servers", "R-ASA-3",
                       "the address of the management server is part of "
                       "the command http",
                       err);
    if (facts->aus.source.n > 0 && facts->has_version &&
        facts->version.major < 7)
        return err_set(err, E_INVALID,
                       "aus.source: version %" PRIstr " has no such word; it "
                       "came after 6 (R-AUS-5)",
                       ARGstr(facts->version_text));
    if (d->time.n > 0 && !is_clock(d->time))
        return err_set(err, E_INVALID,
                       "dialogue.time: '%" PRIstr "' is no time HH:MM:SS "
                       "(R-ASA-2)",
                       ARGstr(d->time));
    if (d->month != NOT_GIVEN && d->day > days[d->month - 1])
        return err_set(err, E_INVALID,
                       "dialogue.day: month %lld has no day %lld (R-ASA-2)",
                       (long long)d->month, (long long)d->day);
    return is_direct ? check_new(facts, "R-ASA-2", err) : 0;
}

/* The first address of a network and the last; networks of one or two
 * addresses have none such. */
static bool is_no_host(uint32_t address, uint32_t mask)
{
    uint32_t host = address & ~mask;

    return ~mask > 1 && (host == 0 || host == ~mask);
}

static int check_ips(struct prepare_facts *facts, struct err *err)
{
    struct sensor_facts *sensor = &facts->sensor;
    uint32_t ip = 0;
    uint32_t mask = 0;
    uint32_t gateway = 0;

    if (sensor->name.n == 0)
        sensor->name = facts->hostname;
    if (sensor->name.n == 0)
        return missing("sensor_name", "R-IPS-1", "a sensor needs one", err);
    if (!text_is_ipv4(sensor->ip, &ip))
        return missing("ip", "R-IPS-1", "a sensor needs one", err);
    if (!text_is_ipv4(sensor->netmask, &mask))
        return missing("netmask", "R-IPS-1", "a sensor needs one", err);
    if (!text_is_ipv4(sensor->default_route, &gateway))
        return missing("default_route", "R-IPS-1", "a sensor needs one", err);
    if (is_no_host(ip, mask))
        return err_set(err, E_INVALID,
                       "ip: %" PRIstr " is the address of the network, or of "
                       "all in it, and of no host (R-IPS-1)",
                       ARGstr(sensor->ip));
    if (((ip ^ gateway) & mask) != 0 || ip == gateway ||
        is_no_host(gateway, mask))
        return err_set(err, E_INVALID,
                       "default_route: %" PRIstr " is not another address of "
                       "the sensor's own network (R-IPS-1)",
                       ARGstr(sensor->default_route));
    if (sensor->use_default_ports && sensor->port != NOT_GIVEN &&
        sensor->port != (sensor->tls ? 443 : 80))
        return err_set(err, E_INVALID,
                       "web_server_port: %lld is no default port, but "
                       "use_default_ports is true (R-IPS-3)",
                       (long long)sensor->port);
    if (facts->transport == TRANSPORT_SSL && !sensor->tls)
        return err_set(err, E_INVALID,
                       "tls: must be true for the transport ssl (R-IPS-1)");
    return 0;
}

static int check(struct prepare_facts *facts, struct err *err)
{
    int rc = check_password(facts, err);

    if (rc < 0 || (facts->licence.is_given && !facts->direct))
        return rc;
    switch (facts->family->syntax) {
    case SYNTAX_ASA:
        return check_asa(facts, err);
    case SYNTAX_IPS:
        return check_ips(facts, err);
    case SYNTAX_IOS:
        return check_ios(facts, err);
    default:
        return facts->is_new && facts->hostname.n == 0
                   ? missing("hostname", "R-COM-3", "a new device needs one",
                             err)
                   : 0;
    }
}

static int settle(const struct jval *object, struct prepare_facts *facts,
                  struct err *err)
{
    bool by_word = facts->device.n > 0;
    const struct field *is_new = fields;
    int rc = 0;

    while (!str_eq_c(STR("new"), is_new->name))
        is_new++;
    if (by_word && field_value(object, is_new) != NULL &&
        facts->is_new != str_eq_c(facts->device, "new"))
        return err_set(err, E_INVALID, "new: contradicts device (R-COM-3)");
    if (by_word)
        facts->is_new = str_eq_c(facts->device, "new");
    if (facts->version_text.n > 0) {
        rc = os_version_parse(facts->version_text, &facts->version, err);
        if (rc < 0)
            return err_wrap(err, rc, "version");
        facts->has_version = true;
    }
    rc = read_transport(facts, err);
    return rc == 0 ? check(facts, err) : rc;
}

static void set_defaults(struct prepare_facts *facts)
{
    facts->privilege = facts->http_port = facts->modulus = NOT_GIVEN;
    facts->timeout = facts->retries = NOT_GIVEN;
    facts->vty_first = facts->vty_last = NOT_GIVEN;
    facts->dialogue.year = facts->dialogue.month = NOT_GIVEN;
    facts->dialogue.day = NOT_GIVEN;
    facts->sensor.port = NOT_GIVEN;
    facts->sensor.tls = true;
    facts->password_type = STR("secret");
    facts->authorization = STR("local");
}

int prepare_read(struct prepare *prepare, str json, struct prepare_facts *out,
                 struct err *err)
{
    AUTO(jval_freep) struct jval *object = NULL;
    int rc = jval_parse(json, PREPARE_JSON_MAX, &object, err);

    if (rc < 0)
        return rc;
    if (jval_kind(object) != JVAL_OBJECT)
        return err_set(err, E_INVALID, "expected an object, found %s",
                       jval_kind_name(jval_kind(object)));
    set_defaults(out);
    rc = read_family(object, out, err);
    if (rc == 0)
        rc = fields_read(
            &(struct field_reading){ out, &prepare->arena, "", out }, fields,
            object, err);
    return rc == 0 ? settle(object, out, err) : rc;
}

void prepare_facts_clear(struct prepare_facts *facts)
{
    vec_clear(&facts->clients);
    vec_clear(&facts->aaa_lists);
    vec_clear(&facts->access_list);
    vec_clear(&facts->ce.kron.lists);
}
