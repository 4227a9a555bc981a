/* SPDX-License-Identifier: Apache-2.0
 *
 * The facts that a bootstrap text is made from, and the tables by which they
 * are read and checked.
 *
 * A member of the JSON is a row: what it is called, what it must be, the rule
 * that asks for it, and the syntaxes whose devices have it. What a family
 * does not have is refused, not ignored.
 */
#ifndef NETDEV_PREPARE_INT_H
#define NETDEV_PREPARE_INT_H

#include "base/jval.h"
#include "netdev/family.h"
#include "netdev/prepare.h"

enum {
    PREPARE_LIST_MAX = 64,
    PREPARE_WORD_MAX = 255,
};

struct http_client { /* who may speak HTTPS to a firewall */
    str ip;
    str netmask;
    str if_name;
};

struct first_dialogue { /* the questions of a firewall without configuration */
    str time_zone;
    str time;
    str inside_ip;
    str inside_netmask;
    int64_t year;
    int64_t month;
    int64_t day;
};

struct aus_facts {
    bool is_given;
    str ip;
    int64_t port;
    str username;
    str password;
    int64_t poll_period;
    int64_t retry_count;
    int64_t retry_period;
    str id_type; /* "hardware-serial", ... */
    str id_if_name;
    str id_text;
    str source;
    bool verify_certificate;
    bool has_verify; /* that was given */
};

struct policy_list {
    str name;
    str ip; /* the server that its command asks */
};

struct kron_facts {
    str occurrence;
    str user;
    str in; /* as the device takes it, "1:30"; empty: `at` holds */
    str at; /* "23:59 Feb 28 Mon" */
    str recurrence;
    VEC(struct policy_list) lists;
};

struct ce_facts {
    bool is_given;
    bool is_call_home;
    str ip;
    bool event_encrypt;
    int64_t event_port;
    bool config_encrypt;
    bool exec_encrypt;
    int64_t exec_port;
    str password;
    str config_id;
    str device_id;
    bool encrypt; /* call-home by HTTPS (R-CNC-9) */
    struct kron_facts kron;
};

struct licence_facts { /* a licence that an operator installs (R-LIC-10) */
    bool is_given;
    str feature; /* "securityk9" */
    str file;    /* "FCZ1548C0CK.xml" */
    str server;  /* where a copy comes from, by TFTP; empty: it is on the
                    device */
    str flash;
    str module; /* "c1900": of the technology package of an evaluation */
    bool is_evaluation;
};

struct sensor_facts {
    str name;
    str ip;
    str netmask;
    str default_route;
    bool tls;
    int64_t port;
    bool use_default_ports;
};

struct prepare_facts {
    const struct family *family;
    str family_name;
    str version_text;
    bool has_version;
    struct os_version version;
    str model;
    str transport_text;
    enum transport transport;
    str device;
    bool is_new_given;
    bool is_new;
    bool direct; /* the transport's own commands beside an AUS or CE */
    str hostname;
    str domain;
    str username;
    str password;
    str password_type;
    int64_t privilege;
    str enable_password;
    VEC(struct http_client) clients;
    int64_t http_port;
    struct first_dialogue dialogue;
    str authorization;
    VEC(str) aaa_lists;
    bool has_aaa_lists;
    str login_authentication;
    str exec_authorization;
    bool ssh;
    str login;
    int64_t modulus;
    int64_t timeout;
    int64_t retries;
    int64_t vty_first;
    int64_t vty_last;
    struct aus_facts aus;
    struct ce_facts ce;
    struct licence_facts licence;
    struct sensor_facts sensor;
    VEC(str) access_list;
};

/* Numbers that were not given. */
#define NOT_GIVEN INT64_MIN

int prepare_read(struct prepare *prepare, str json, struct prepare_facts *out,
                 struct err *err) MUST_CHECK;
void prepare_facts_clear(struct prepare_facts *facts);

/* What tables of members are made of (prepare_fields.c). */
enum field_kind {
    FIELD_WORD,     /* printable, without blanks */
    FIELD_TEXT,     /* printable */
    FIELD_PASSWORD, /* printable, not quoted in messages */
    FIELD_HOSTNAME,
    FIELD_DOMAIN,
    FIELD_IPV4,
    FIELD_NETMASK,
    FIELD_CHOICE, /* one of `choices`, separated by '|' */
    FIELD_NUMBER,
    FIELD_BOOL,
    FIELD_OTHER, /* read by a function of its own */
};

struct field {
    const char *name;
    const char *also; /* other names it may have, separated by '|' */
    enum field_kind kind;
    size_t at;
    int64_t min; /* of a number, or of the length of a text */
    int64_t max;
    const char *choices;
    const char *rule;
    unsigned syntaxes; /* bits */
    int (*read)(struct prepare_facts *facts, struct arena *arena,
                const struct field *field, const struct jval *value,
                struct err *err);
};

/* Reads all members of an object into base by the table, whose last row has
 * no name. `path` stands before the names in messages: "" or "aus.". */
struct field_reading {
    struct prepare_facts *facts;
    struct arena *arena;
    const char *path;
    void *base;
};
int fields_read(const struct field_reading *reading, const struct field *fields,
                const struct jval *object, struct err *err) MUST_CHECK;
const struct jval *field_value(const struct jval *object,
                               const struct field *field);
int field_error(const char *path, const char *name, const char *rule,
                struct err *err, const char *format, ...)
    PRINTF(5, 6) MUST_CHECK;

bool text_is_ipv4(str text, uint32_t *out_address);
bool text_is_netmask(str text);
unsigned netmask_bits(str text);

int read_aus(struct prepare_facts *facts, struct arena *arena,
             const struct field *field, const struct jval *value,
             struct err *err) MUST_CHECK;
int read_ce(struct prepare_facts *facts, struct arena *arena,
            const struct field *field, const struct jval *value,
            struct err *err) MUST_CHECK;
int read_licence(struct prepare_facts *facts, struct arena *arena,
                 const struct field *field, const struct jval *value,
                 struct err *err) MUST_CHECK;
int read_kron(struct prepare_facts *facts, struct arena *arena,
              const struct field *field, const struct jval *value,
              struct err *err) MUST_CHECK;

/* Lines of the text, and notes beside it. */
void say(struct prepare *prepare, const char *format, ...) PRINTF(2, 3);
/* A line for the operator, not for the device. */
void say_remark(struct prepare *prepare, const struct prepare_facts *facts,
                const char *format, ...) PRINTF(3, 4);
void note(struct prepare *prepare, const char *rule, const char *format, ...)
    PRINTF(3, 4);
void warning(struct prepare *prepare, const char *rule, const char *format, ...)
    PRINTF(3, 4);
void say_names(struct prepare *prepare, const struct prepare_facts *facts);
void say_ios_user(struct prepare *prepare, const struct prepare_facts *facts,
                  int64_t privilege);

/* One block of text each. */
void prepare_asa(struct prepare *prepare, const struct prepare_facts *facts);
void prepare_aus(struct prepare *prepare, const struct prepare_facts *facts);
void prepare_ios_ssl(struct prepare *prepare,
                     const struct prepare_facts *facts);
void prepare_ios_ssh(struct prepare *prepare,
                     const struct prepare_facts *facts);
void prepare_ios_telnet(struct prepare *prepare,
                        const struct prepare_facts *facts);
void prepare_ios_tms(struct prepare *prepare,
                     const struct prepare_facts *facts);
void prepare_event_bus(struct prepare *prepare,
                       const struct prepare_facts *facts);
void prepare_call_home(struct prepare *prepare,
                       const struct prepare_facts *facts);
void prepare_licence(struct prepare *prepare,
                     const struct prepare_facts *facts);
void prepare_ips(struct prepare *prepare, const struct prepare_facts *facts);
void prepare_catos(struct prepare *prepare, const struct prepare_facts *facts);
void prepare_frr(struct prepare *prepare, const struct prepare_facts *facts);

#endif
