/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core asks the process *netdev* to do, and what comes back: fixed
 * shapes with limits (proto/wire.h).
 *
 *   core                           netdev
 *     │ ◄────────── keys ───────────│  the public keys, when it has started
 *     │ ── order (session 7) ──────►│
 *     │ ◄───────── touched ─────────│  before the first line of a change: with
 *     │ ── go on ──────────────────►│  what there was; the core notes it first
 *     │ ◄────────── told ───────────│  a step is done
 *     │ ◄────────── report ─────────│  it is over
 *     │ ── stop ───────────────────►│  give it up
 *
 * netdev keeps nothing: when it ends, the core plans its sessions again.
 * Secrets go to it sealed only; nothing that comes back holds one but the file
 * that a person with that right asked for (unsealed), which is passed on.
 */
#ifndef SERVER_NETDEV_ORDER_H
#define SERVER_NETDEV_ORDER_H

#include "netdev/response.h"
#include "proto/wire.h"
#include "trust/box.h"

enum {
    ORDER_WAYS_MAX = 4,
    ORDER_PINS_MAX = 32,
    ORDER_COMMANDS_MAX = 64,
    ORDER_TOLERATE_MAX = 32,
    ORDER_RESPONSES_MAX = RESPONSES_MAX,
    ORDER_TEXT_MAX = 4096,
    ORDER_CONFIG_MAX = 34 << 20, /* sealed */
    ORDER_LINES_MAX = 4 << 20,
    ORDER_RESEAL_MAX = 64,
    REPORT_TEXT_MAX = 64 << 20,
    REPORT_OUTPUTS_MAX = 64,
    REPORT_LINES_MAX = 100000,
    REPORT_INTERFACES_MAX = 65536,
    NETDEV_MESSAGE_MAX = 256 << 20,
};

enum order_action {
    ORDER_TEST,
    ORDER_DISCOVER,
    ORDER_ARCHIVE,
    ORDER_RUN,
    ORDER_CHANGE,  /* enter the lines */
    ORDER_RESTORE, /* make it as `target` is; also what undoes a change whose
                      process was lost */
};

struct order_way {
    int64_t transport; /* enum transport */
    int64_t port;
};
struct order_text {
    str text;
};
/* What a line of an answer means, before the family's table. */
struct order_response {
    int64_t kind; /* enum response_kind */
    str pattern;
    str command;
    str answer;
};
/* A pin that is approved. */
struct order_pin {
    str kind;
    str fingerprint;
};
struct netdev_order {
    int64_t session;
    int64_t action;
    str name; /* of the device, for messages */
    str family;
    str host;
    struct wire_list ways; /* struct order_way, in this order */
    int64_t ssh_port;      /* beside HTTPS; 0: 22 */
    str profile;
    struct wire_list pins;
    bool trust_ssh; /* the first key of a device that never showed one */
    bool trust_tls;
    int64_t connect_s;
    int64_t read_s;
    int64_t total_s;
    str login;
    str vault;    /* an entry of the vault, or empty */
    str sealed;   /* struct netdev_secret, sealed; or empty */
    str previous; /* the one before, tried when that is refused; or empty */
    struct wire_list commands; /* of ORDER_RUN: struct order_text */
    str known;    /* sealed: the newest archived configuration; or empty */
    str expected; /* sealed: what a change was planned on; or empty */
    str target;   /* sealed: what a restore leads to; or empty */
    str lines;    /* sealed: of ORDER_CHANGE */
    struct wire_list tolerate;
    struct wire_list responses; /* struct order_response */
    bool overwrite;
    bool no_save;
    bool no_verify;
    int64_t revert_s; /* change.h */
    bool go_on;
    bool may_cut_access;
};

/* netdev -> core */
struct netdev_keys {
    struct wire_list
        keys;   /* struct order_text of BOX_KEY_BYTES, newest first */
    bool vault; /* a command is there */
};
struct netdev_told {
    int64_t session;
    str step;
    bool ok;
    str detail;
    int64_t at_ms; /* since the session began */
};
struct netdev_touched {
    int64_t session;
    str masked; /* the configuration there is before the change */
    str sealed;
    bool differs; /* from the newest archived one */
    bool secrets_differ;
};

struct report_line {
    str text;       /* masked */
    int64_t result; /* enum line_result */
    str reason;
};
struct report_output {
    str command;
    str text; /* masked */
};
struct report_interface {
    str name;
    str state;
    str protocol;
    str address;
    str description;
};
struct report_licence {
    str feature;
    str value;
    str state;
    str expiry;
    bool time_based;
};
struct report_config {
    str masked; /* empty: it was not read */
    str sealed; /* empty: it is as the newest archived one */
    bool secrets_differ;
};
struct netdev_report {
    int64_t session;
    int64_t code; /* 0, or E_...; why it failed: */
    str where;    /* the step */
    str text;
    bool again;         /* nothing was done, and it may work later */
    bool used_previous; /* the credential before this one was taken */
    str transports;
    struct wire_list pins; /* struct order_pin: what it showed */
    /* discovery */
    bool has_facts;
    str family;
    str hostname;
    str version;
    str model;
    str serial;
    str image;
    str mode;
    int64_t failover; /* enum tristate */
    int64_t encryption;
    struct wire_list licences;
    struct wire_list interfaces;
    bool has_interfaces;
    struct report_config config; /* as it is now */
    struct wire_list outputs;
    /* change */
    int64_t change; /* enum change_result; CHANGE_PENDING: it was none */
    bool saved;
    struct wire_list lines;
    str undo;       /* masked */
    str transcript; /* masked */
};

/* Sealed texts of an old key, and under the new one again. */
struct reseal_text {
    int64_t id;
    str context;
    str sealed;
};
struct netdev_reseal {
    int64_t number;
    struct wire_list texts; /* struct reseal_text; an empty one in the answer
                               could not be opened */
};
/* Texts that a person may have as they are: the file that a device loads
 * (netdev/artefact.h). Credentials are never asked for so: what they are
 * sealed for is another name. */
struct netdev_unseal {
    int64_t number;
    str config; /* sealed; or empty: only the commands */
    str lines;  /* sealed; or empty */
    str family; /* of the device; where both are there */
};
struct netdev_unsealed {
    int64_t number;
    int64_t code; /* 0, or E_... */
    str text;     /* or why not */
};
struct netdev_number {
    int64_t session;
};

extern const struct wire_shape shape_netdev_order;
extern const struct wire_shape shape_netdev_keys;
extern const struct wire_shape shape_netdev_told;
extern const struct wire_shape shape_netdev_touched;
extern const struct wire_shape shape_netdev_report;
extern const struct wire_shape shape_netdev_reseal;
extern const struct wire_shape shape_netdev_unseal;
extern const struct wire_shape shape_netdev_unsealed;
extern const struct wire_shape shape_netdev_number;

#endif
