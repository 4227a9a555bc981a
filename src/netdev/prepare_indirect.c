/* SPDX-License-Identifier: Apache-2.0
 *
 * The servers that a device fetches its configuration from: AUS, and the
 * Configuration Engine by its event bus or by call-home.
 */
#include "netdev/prepare_int.h"

#define AUS(member) offsetof(struct aus_facts, member)
#define CE(member) offsetof(struct ce_facts, member)
#define IOS (1u << SYNTAX_IOS)
#define ASA (1u << SYNTAX_ASA)
#define BOTH (IOS | ASA)

enum {
    POLL_MAX = 35791
};

static int expect_object(const struct field *field, const struct jval *value,
                         struct err *err)
{
    return jval_kind(value) == JVAL_OBJECT
               ? 0
               : field_error("", field->name, field->rule, err,
                             "expected an object, found %s",
                             jval_kind_name(jval_kind(value)));
}

static int read_device_id(struct prepare_facts *facts, struct arena *arena,
                          const struct field *field, const struct jval *value,
                          struct err *err);

/* clang-format off */
#define AUS_FIELDS \
    { "ip", "address|server", FIELD_IPV4, AUS(ip), 7, 15, NULL, "R-AUS-4", \
      ASA }, \
    { "port", NULL, FIELD_NUMBER, AUS(port), 1, 65535, NULL, "R-AUS-4", \
      ASA }, \
    { "username", "user", FIELD_PASSWORD, AUS(username), 1, 64, NULL, \
      "R-AUS-4", ASA }, \
    { "password", NULL, FIELD_PASSWORD, AUS(password), 1, 127, NULL, \
      "R-AUS-4", ASA }, \
    { "poll_period", "poll", FIELD_NUMBER, AUS(poll_period), 1, POLL_MAX, \
      NULL, "R-AUS-6", ASA }, \
    { "retry_count", NULL, FIELD_NUMBER, AUS(retry_count), 0, POLL_MAX, NULL, \
      "R-AUS-6", ASA }, \
    { "retry_period", NULL, FIELD_NUMBER, AUS(retry_period), 1, POLL_MAX, \
      NULL, "R-AUS-6", ASA }, \
    { "device_id", "device-id", FIELD_OTHER, 0, 0, 0, NULL, "R-AUS-7", ASA, \
      read_device_id }, \
    { "source", NULL, FIELD_WORD, AUS(source), 1, 48, NULL, "R-AUS-5", ASA }, \
    { "verify_certificate", "verify-certificate", FIELD_BOOL, \
      AUS(verify_certificate), 0, 0, NULL, "R-AUS-5", ASA }

static const struct field aus_fields[] = { AUS_FIELDS, { NULL } };
static const struct field id_fields[] = {
    { "type", NULL, FIELD_CHOICE, AUS(id_type), 1, 32,
      "hardware-serial|hostname|ipaddress|mac-address|string", "R-AUS-7",
      ASA },
    { "if_name", "interface", FIELD_WORD, AUS(id_if_name), 1, 48, NULL,
      "R-AUS-7", ASA },
    { "text", "string", FIELD_WORD, AUS(id_text), 1, 128, NULL, "R-AUS-7",
      ASA },
    { NULL },
};
static const struct field ce_fields[] = {
    { "mode", NULL, FIELD_OTHER, 0, 0, 0, NULL, "R-COM-10", IOS },
    { "ip", "address|server", FIELD_IPV4, CE(ip), 7, 15, NULL, "R-CNE-5",
      IOS },
    { "event_encrypt", NULL, FIELD_BOOL, CE(event_encrypt), 0, 0, NULL,
      "R-CNE-3", IOS },
    { "event_port", NULL, FIELD_NUMBER, CE(event_port), 1, 65535, NULL,
      "R-CNE-2", IOS },
    { "config_encrypt", NULL, FIELD_BOOL, CE(config_encrypt), 0, 0, NULL,
      "R-CNE-3", IOS },
    { "exec_encrypt", NULL, FIELD_BOOL, CE(exec_encrypt), 0, 0, NULL,
      "R-CNE-3", IOS },
    { "exec_port", NULL, FIELD_NUMBER, CE(exec_port), 1, 65535, NULL,
      "R-CNE-3", IOS },
    { "password", NULL, FIELD_PASSWORD, CE(password), 1, 127, NULL, "R-CNE-4",
      IOS },
    { "config_id", NULL, FIELD_WORD, CE(config_id), 1, 128, NULL, "R-CNE-8",
      IOS },
    { "device_id", "event_id", FIELD_WORD, CE(device_id), 1, 128, NULL,
      "R-CNE-8", IOS },
    { "encrypt", "https", FIELD_BOOL, CE(encrypt), 0, 0, NULL, "R-CNC-9",
      IOS },
    { "kron", NULL, FIELD_OTHER, 0, 0, 0, NULL, "R-CNC-1", IOS, read_kron },
    { NULL },
};
/* clang-format on */

static int read_device_id(struct prepare_facts *facts, struct arena *arena,
                          const struct field *field UNUSED,
                          const struct jval *value, struct err *err)
{
    struct aus_facts *aus = &facts->aus;
    AUTO(jval_freep) struct jval *object = NULL;
    int rc;

    if (jval_kind(value) != JVAL_OBJECT) { /* only the type */
        object = jval_new_object();
        jval_set(object, "type", jval_copy(value));
        value = object;
    }
    rc = fields_read(
        &(struct field_reading){ facts, arena, "aus.device_id.", aus },
        id_fields, value, err);
    if (rc < 0)
        return rc;
    if (aus->id_type.n == 0)
        return err_set(err, E_INVALID,
                       "aus.device_id.type: is missing (R-AUS-7)");
    if (str_eq_c(aus->id_type, "string") != (aus->id_text.n > 0))
        return err_set(err, E_INVALID,
                       "aus.device_id.text: belongs to the type string, "
                       "which needs it (R-AUS-7)");
    if (aus->id_if_name.n > 0 && !str_eq_c(aus->id_type, "ipaddress") &&
        !str_eq_c(aus->id_type, "mac-address"))
        return err_set(err, E_INVALID,
                       "aus.device_id.if_name: belongs to the types ipaddress "
                       "and mac-address (R-AUS-7)");
    return 0;
}

static int check_aus(const struct aus_facts *aus, struct err *err)
{
    const char *name = NULL;

    if (aus->ip.n == 0)
        name = "ip";
    else if (aus->username.n == 0)
        name = "username";
    else if (aus->password.n == 0)
        name = "password";
    else if (aus->id_type.n == 0)
        return err_set(err, E_INVALID,
                       "aus.device_id: is missing; a device is known by it, "
                       "not by its address (R-AUS-7)");
    return name == NULL ? 0
                        : err_set(err, E_INVALID,
                                  "aus.%s: is missing; the device logs in to "
                                  "the server with its URL (R-AUS-4)",
                                  name);
}

/* R-COM-10 */
static int check_fetches(const struct prepare_facts *facts,
                         const struct field *field, enum fetch fetch,
                         struct err *err)
{
    if ((facts->family->fetches & fetch) != 0)
        return 0;
    return field_error("", field->name, "R-COM-10", err,
                       "%s has no such client; Auto Update is for PIX and "
                       "ASA, a Configuration Engine for these and IOS routers",
                       facts->family->title);
}

int read_aus(struct prepare_facts *facts, struct arena *arena,
             const struct field *field, const struct jval *value,
             struct err *err)
{
    struct aus_facts *aus = &facts->aus;
    int rc = check_fetches(facts, field, FETCH_AUS, err);

    if (rc == 0)
        rc = expect_object(field, value, err);
    aus->is_given = true;
    aus->has_verify = jval_get(value, "verify_certificate") != NULL ||
                      jval_get(value, "verify-certificate") != NULL;
    aus->port = 443;
    aus->poll_period = 720;
    aus->retry_count = 0;
    aus->retry_period = 5;
    if (rc == 0)
        rc = fields_read(&(struct field_reading){ facts, arena, "aus.", aus },
                         aus_fields, value, err);
    return rc == 0 ? check_aus(aus, err) : rc;
}

/* "event-bus" or "call-home"; whoever gives a kron means call-home. */
static int read_mode(struct prepare_facts *facts, const struct jval *object,
                     struct err *err)
{
    str mode = jval_text(jval_get(object, "mode"), STR_NONE);
    bool has_kron = jval_get(object, "kron") != NULL;

    facts->ce.is_call_home = has_kron;
    if (jval_get(object, "mode") == NULL)
        return 0;
    if (!str_eq_c(mode, "event-bus") && !str_eq_c(mode, "call-home"))
        return err_set(err, E_INVALID,
                       "ce.mode: expected \"event-bus\" or \"call-home\" "
                       "(R-COM-10)");
    facts->ce.is_call_home = str_eq_c(mode, "call-home");
    if (facts->ce.is_call_home != has_kron)
        return err_set(err, E_INVALID, "ce.kron: %s (R-CNC-1)",
                       has_kron ? "belongs to call-home, and mode is event-bus"
                                : "is missing; call-home needs it");
    return 0;
}

static int check_ce(const struct ce_facts *ce, const struct jval *object,
                    struct err *err)
{
    static const char *const of_the_bus[] = { "event_encrypt",  "event_port",
                                              "config_encrypt", "exec_encrypt",
                                              "exec_port",      "password" };

    if (ce->ip.n == 0)
        return err_set(err, E_INVALID,
                       "ce.ip: is missing; the agents trust "
                       "a server by its address (R-CNE-5)");
    for (size_t i = 0; ce->is_call_home && i < COUNT(of_the_bus); i++) {
        if (jval_get(object, of_the_bus[i]) != NULL)
            return err_set(err, E_INVALID,
                           "ce.%s: belongs to the event bus, not to "
                           "call-home (R-CNE-1)",
                           of_the_bus[i]);
    }
    if (!ce->is_call_home && ce->encrypt)
        return err_set(err, E_INVALID,
                       "ce.encrypt: belongs to call-home; the event bus has "
                       "event_encrypt, config_encrypt and exec_encrypt "
                       "(R-CNE-3)");
    if (!ce->is_call_home && ce->password.n == 0)
        return err_set(err, E_INVALID,
                       "ce.password: is missing; it must equal the gateway's "
                       "for this device (R-CNE-4)");
    return 0;
}

/* R-COM-10: of a firewall, the Configuration Engine is an AUS. */
static int read_ce_as_aus(struct prepare_facts *facts, struct arena *arena,
                          const struct field *field, const struct jval *value,
                          struct err *err)
{
    int rc;

    if (facts->aus.is_given)
        return field_error("", field->name, "R-AUS-2", err,
                           "a device has one AUS or Configuration Engine, and "
                           "aus is given");
    rc = read_aus(facts, arena, field, value, err);
    facts->ce.is_given = false;
    return rc;
}

int read_ce(struct prepare_facts *facts, struct arena *arena,
            const struct field *field, const struct jval *value,
            struct err *err)
{
    struct ce_facts *ce = &facts->ce;
    AUTO(jval_freep) struct jval *rest = NULL;
    int rc;

    if (facts->family->syntax == SYNTAX_ASA)
        return read_ce_as_aus(facts, arena, field, value, err);
    rc = check_fetches(facts, field, FETCH_CNS, err);
    if (rc == 0)
        rc = expect_object(field, value, err);
    if (rc < 0)
        return rc;
    ce->is_given = true;
    ce->event_port = ce->exec_port = NOT_GIVEN;
    rc = read_mode(facts, value, err);
    if (rc < 0)
        return rc;
    rest = jval_copy(value);
    jval_remove(rest, "mode");
    rc = fields_read(&(struct field_reading){ facts, arena, "ce.", ce },
                     ce_fields, rest, err);
    if (rc == 0)
        rc = check_ce(ce, value, err);
    for (size_t i = 0; rc == 0 && i < ce->kron.lists.n; i++) {
        if (ce->kron.lists.p[i].ip.n == 0)
            ce->kron.lists.p[i].ip = ce->ip;
    }
    return rc;
}
