/* SPDX-License-Identifier: Apache-2.0
 *
 * What devices say of themselves: the answers of `show version`, `show
 * license`, `show activation-key` and their kin, read into facts. Pure; the
 * text is hostile: everything is bounded, and what is not understood is left
 * out, never guessed.
 *
 * All views belong to the facts' arena.
 */
#ifndef NETDEV_SHOW_H
#define NETDEV_SHOW_H

#include "base/arena.h"
#include "base/vec.h"
#include "netdev/family.h"

enum {
    SHOW_TEXT_MAX = 16 << 20,
    SHOW_LICENCES_MAX = 1024,
    SHOW_INTERFACES_MAX = 65536,
};

enum licence_state {
    LICENCE_UNKNOWN,
    LICENCE_OFF, /* disabled, not in use */
    LICENCE_ON,
    LICENCE_EXPIRED,
    LICENCE_EULA, /* there, but nobody accepted its agreement (R-LIC-10) */
};

struct licence {
    str feature;
    str value; /* as the device writes it: "Enabled", "Active/Standby", "10" */
    enum licence_state state;
    str expiry; /* "perpetual", "30 days"; empty where nothing is said */
    bool is_time_based;
};

enum tristate {
    TRISTATE_UNKNOWN,
    TRISTATE_NO,
    TRISTATE_YES,
};

struct device_facts {
    const struct family *family; /* NULL: not recognised */
    str hostname;
    str version;
    str model;
    str serial;
    str image;
    str uptime;
    str activation_key;
    str mode; /* "Smart Licensing", where the device says so */
    VEC(struct licence) licences;
    enum tristate failover;   /* R-LIC-5 */
    enum tristate encryption; /* 3DES-AES, R-COM-13 */
    struct arena arena;
};

/* Adds what a text says; several texts of one device may be read in turn.
 * family may be NULL: it is recognised by the text. */
int show_read(const struct family *family, str text, struct device_facts *out,
              struct err *err) MUST_CHECK;
void device_facts_clear(struct device_facts *facts);

/* R-LIC-4: failover needs a licence on the 5505 and the 5510 only. */
bool show_failover_is_optional(str model);

/* `show interfaces` of IOS, ASA and FRR; text views into the arena. */
struct device_interface {
    str name;
    str state;    /* "up", "down", "administratively down" */
    str protocol; /* "up", "down"; empty where nothing is said */
    str address;  /* the first: "10.0.0.1/24" or address and netmask */
    str description;
};
struct device_interfaces {
    VEC(struct device_interface) list;
    struct arena arena;
};
int show_read_interfaces(str text, struct device_interfaces *out,
                         struct err *err) MUST_CHECK;
void device_interfaces_clear(struct device_interfaces *interfaces);

/* R-IOSSSL-6: whether the HTTPS server of IOS says that it is enabled. */
enum tristate show_https_state(str text);

const char *licence_state_name(enum licence_state state);

#endif
