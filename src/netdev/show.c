/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/show.h"

#include <string.h>

#include "base/attr.h"

enum section {
    SECTION_NONE,
    SECTION_FEATURES,   /* of a firewall: "NAME : VALUE  EXPIRY" */
    SECTION_CLUSTER,    /* the same of the pair, which is not this device */
    SECTION_TECHNOLOGY, /* of a router: columns */
};

struct reading {
    struct device_facts *facts;
    enum section section;
    size_t current; /* of licences, from 1: what "License State:" is of */
    bool is_timed;  /* behind "Active Timebased Activation Key" */
};

static void keep(struct reading *r, str *field, str value)
{
    value = str_trim(value);
    if (field->n == 0 && value.n > 0)
        *field = arena_str(&r->facts->arena, str_sub(value, 0, 1024));
}

/* The text between two marks; `end` may be NULL: to the end of the line. */
static str between(str line, const char *begin, const char *end)
{
    size_t at = str_find(line, str_c(begin));
    str rest;

    if (at == line.n)
        return STR_NONE;
    rest = str_sub(line, at + strlen(begin), SIZE_MAX);
    return end == NULL ? rest : str_sub(rest, 0, str_find(rest, str_c(end)));
}

static bool contains(str line, const char *text)
{
    return str_find(line, str_c(text)) < line.n;
}

/* Up to the first blank or comma. */
static str first_word(str text)
{
    size_t n = 0;

    text = str_trim(text);
    while (n < text.n && text.p[n] != ' ' && text.p[n] != ',' &&
           text.p[n] != '\t')
        n++;
    return str_sub(text, 0, n);
}

static str next_word(str *text)
{
    str word;

    *text = str_trim(*text);
    word = first_word(*text);
    *text = str_sub(*text, word.n, SIZE_MAX);
    return word;
}

static bool is_switch(str line)
{
    static const char *const marks[] = {
        "Catalyst", "C2900XL", "C2950",  "C2960", "C3550", "C3560",
        "C3750",    "c6sup",   "s72033", "CAT",   "cat4",
    };

    for (size_t i = 0; i < COUNT(marks); i++) {
        if (contains(line, marks[i]))
            return true;
    }
    return false;
}

static void recognise(struct reading *r, const char *name)
{
    const struct family *family = family_find(str_c(name));

    /* "IOS XE Software" comes before the line that says which machine. */
    if (r->facts->family == NULL ||
        (strcmp(r->facts->family->name, "ios-xe") == 0 &&
         strcmp(name, "catalyst") == 0))
        r->facts->family = family;
}

/* The lines that name a software and its version. */
static bool read_software(struct reading *r, str line)
{
    static const struct {
        const char *begins;
        const char *family;
        const char *version;
    } titles[] = {
        { "Cisco Adaptive Security Appliance Software Version", "asa",
          "Version " },
        { "Cisco PIX Firewall Version", "pix", "Version " },
        { "Cisco PIX Security Appliance Software Version", "pix", "Version " },
        { "FWSM Firewall Version", "fwsm", "Version " },
        { "Cisco Intrusion Prevention System, Version", "ips", "Version " },
        { "Cisco IOS XE Software, Version", "ios-xe", NULL },
        { "FRRouting ", "frr", "FRRouting " },
    };

    for (size_t i = 0; i < COUNT(titles); i++) {
        if (!str_starts(line, str_c(titles[i].begins)))
            continue;
        recognise(r, titles[i].family);
        if (titles[i].version != NULL)
            keep(r, &r->facts->version,
                 first_word(between(line, titles[i].version, NULL)));
        if (strcmp(titles[i].family, "frr") == 0)
            keep(r, &r->facts->hostname, between(line, "(", ")"));
        return true;
    }
    if (contains(line, "NmpSW: ")) {
        recognise(r, "catos");
        keep(r, &r->facts->version, first_word(between(line, "NmpSW: ", NULL)));
        return true;
    }
    return false;
}

/* "Cisco IOS Software, ... (C2800NM-ADVIPSERVICESK9-M), Version 12.4(9)T" and
 * the older "IOS (tm) 3600 Software (C3620-I-M), Version 12.1(5)T". */
static bool read_ios(struct reading *r, str line)
{
    if ((!contains(line, "IOS Software") && !contains(line, "IOS (tm)") &&
         !contains(line, "IOS-XE Software")) ||
        !contains(line, ", Version "))
        return false;
    /* A Catalyst 9000 is managed as what it runs (CAT9K_IOSXE). */
    if (is_switch(line) && !contains(line, "IOSXE"))
        recognise(r, "catalyst");
    else
        recognise(r, contains(line, "LINUX_IOSD") || contains(line, "IOS-XE") ||
                             contains(line, "IOSXE")
                         ? "ios-xe"
                         : "ios");
    keep(r, &r->facts->version, first_word(between(line, ", Version ", NULL)));
    return true;
}

/* "cisco 2811 (MPC860) processor ...", "Cisco ISR4451-X/K9 (2RU) processor",
 * "Cisco CISCO1941/K9 (revision 1.0) with ... bytes of memory." */
static bool read_ios_model(struct reading *r, str line)
{
    str rest = line;

    if ((!str_starts(line, STR("cisco ")) &&
         !str_starts(line, STR("Cisco "))) ||
        !contains(line, "bytes of memory") || !contains(line, "("))
        return false;
    (void)next_word(&rest);
    keep(r, &r->facts->model, next_word(&rest));
    return true;
}

static bool read_uptime(struct reading *r, str line)
{
    size_t at = str_find(line, STR(" uptime is "));
    str name;

    if (str_starts(line, STR("Uptime is ")) ||
        str_starts(line, STR("Sensor up-time is "))) {
        keep(r, &r->facts->uptime, between(line, "time is ", NULL));
        return true;
    }
    if (at < line.n) {
        name = str_sub(line, 0, at);
        keep(r, &r->facts->uptime, str_sub(line, at + 11, SIZE_MAX));
    } else {
        at = str_find(line, STR(" up "));
        name = str_sub(line, 0, at);
        if (at == line.n || at == 0 || str_find_char(name, ' ') < at ||
            line.p[at + 4 < line.n ? at + 4 : at] < '0' ||
            line.p[at + 4 < line.n ? at + 4 : at] > '9')
            return false;
        keep(r, &r->facts->uptime, str_sub(line, at + 4, SIZE_MAX));
    }
    if (str_find_char(name, ' ') == name.n)
        keep(r, &r->facts->hostname, name);
    return true;
}

static bool read_identity(struct reading *r, str line)
{
    struct device_facts *facts = r->facts;

    if (str_starts(line, STR("System image file is ")))
        keep(r, &facts->image, between(line, "\"", "\""));
    else if (str_starts(line, STR("Processor board ID ")))
        keep(r, &facts->serial,
             first_word(between(line, "Processor board ID ", NULL)));
    else if (str_starts(line, STR("Serial Number:")))
        keep(r, &facts->serial,
             first_word(between(line, "Serial Number:", NULL)));
    else if (str_starts(line, STR("Model Id:")))
        keep(r, &facts->model, between(line, "Model Id:", NULL));
    else if (str_starts(line, STR("Platform:")))
        keep(r, &facts->model, between(line, "Platform:", NULL));
    else if (contains(line, "Serial #: ") && contains(line, "Model: ")) {
        keep(r, &facts->model, first_word(between(line, "Model: ", NULL)));
        keep(r, &facts->serial, first_word(between(line, "Serial #: ", NULL)));
    } else if (contains(line, "Activation Key: 0x") &&
               facts->activation_key.n == 0)
        keep(r, &facts->activation_key,
             between(line, "Activation Key: ", NULL));
    else if (str_starts(line, STR("License mode: ")))
        keep(r, &facts->mode, between(line, "License mode: ", NULL));
    else
        return false;
    return true;
}

/* "Hardware:   ASA5516, 8192 MB RAM", but "Model Id:" says it better. */
static void read_hardware(struct reading *r, str line, str *hardware)
{
    if (str_starts(line, STR("Hardware:")))
        keep(r, hardware, first_word(between(line, "Hardware:", NULL)));
}

static struct licence *licence_named(struct reading *r, str feature)
{
    struct device_facts *facts = r->facts;
    struct licence *licence;

    for (size_t i = 0; i < facts->licences.n; i++) {
        if (str_eq(facts->licences.p[i].feature, feature)) {
            r->current = i + 1;
            return &facts->licences.p[i];
        }
    }
    if (facts->licences.n >= SHOW_LICENCES_MAX || feature.n == 0)
        return NULL;
    licence = vec_push(&facts->licences);
    licence->feature = arena_str(&facts->arena, str_sub(feature, 0, 256));
    r->current = facts->licences.n;
    return licence;
}

static bool is_expired(str expiry)
{
    return str_starts(expiry, STR("0 days")) ||
           str_eq_nocase(str_sub(expiry, 0, 7), STR("expired"));
}

/* What a firewall says of a feature: "Enabled", "Disabled", a number, or
 * "Active/Standby". */
static enum licence_state state_of_value(str value)
{
    if (str_eq_c(value, "Disabled") || str_eq_c(value, "0"))
        return LICENCE_OFF;
    return value.n > 0 ? LICENCE_ON : LICENCE_UNKNOWN;
}

static void note_meaning(struct device_facts *facts,
                         const struct licence *licence)
{
    static const char *const strong[] = { "VPN-3DES-AES", "VPN-3DES",
                                          "Encryption-3DES-AES" };
    enum tristate is_on =
        licence->state == LICENCE_ON ? TRISTATE_YES : TRISTATE_NO;

    if (str_eq_c(licence->feature, "Failover"))
        facts->failover = is_on;
    for (size_t i = 0; i < COUNT(strong); i++) {
        if (str_eq_c(licence->feature, strong[i]))
            facts->encryption = is_on;
    }
}

/* "Failover                          : Active/Active  perpetual" */
static bool read_feature(struct reading *r, str line)
{
    size_t colon = str_find_char(line, ':');
    str value = str_trim(str_sub(line, colon + 1, SIZE_MAX));
    size_t gap = str_find(value, STR("  "));
    str expiry = str_trim(str_sub(value, gap, SIZE_MAX));
    struct licence *licence;

    if (colon == line.n || value.n == 0)
        return false;
    value = str_trim(str_sub(value, 0, gap));
    licence = licence_named(r, str_trim(str_sub(line, 0, colon)));
    if (licence == NULL)
        return false;
    licence->value = arena_str(&r->facts->arena, str_sub(value, 0, 256));
    licence->expiry = arena_str(&r->facts->arena, str_sub(expiry, 0, 256));
    licence->is_time_based =
        r->is_timed || contains(expiry, "day") || contains(expiry, "week");
    licence->state =
        is_expired(expiry) ? LICENCE_EXPIRED : state_of_value(value);
    note_meaning(r->facts, licence);
    return true;
}

static bool is_licence_type(str type)
{
    static const char *const types[] = {
        "Permanent",  "None",         "EvalRightToUse", "RightToUse",
        "Evaluation", "Subscription", "Smart",          "Perpetual",
    };

    for (size_t i = 0; i < COUNT(types); i++) {
        if (str_eq_c(type, types[i]))
            return true;
    }
    return false;
}

/* "security      securityk9       Permanent      securityk9"; since 16.9
 * "network-advantage   Smart License   network-advantage". */
static bool read_technology(struct reading *r, str line)
{
    str rest = line;
    str feature = next_word(&rest);
    str now = next_word(&rest);
    str type = str_eq_c(now, "Smart") ? now : next_word(&rest);
    struct licence *licence;

    if (!is_licence_type(type))
        return false;
    licence = licence_named(r, feature);
    if (licence == NULL)
        return false;
    licence->value = str_eq_c(type, "Smart")
                         ? STR("Smart License")
                         : arena_str(&r->facts->arena, type);
    licence->state = str_eq_c(now, "None") || str_eq_c(now, "disable")
                         ? LICENCE_OFF
                         : LICENCE_ON;
    licence->is_time_based = str_starts(type, STR("Eval"));
    return true;
}

static struct licence *current(struct reading *r)
{
    return r->current > 0 ? &r->facts->licences.p[r->current - 1] : NULL;
}

static enum licence_state state_of_text(str text)
{
    if (contains(text, "EULA not accepted"))
        return LICENCE_EULA;
    if (contains(text, "xpired") || contains(text, "EXPIRED"))
        return LICENCE_EXPIRED;
    if (contains(text, "Not in Use") || contains(text, "Inactive") ||
        contains(text, "NOT IN USE") || contains(text, "NOT AUTHORIZED"))
        return LICENCE_OFF;
    if (contains(text, "Active") || contains(text, "In Use") ||
        contains(text, "IN USE") || contains(text, "AUTHORIZED"))
        return LICENCE_ON;
    return LICENCE_UNKNOWN;
}

/* `show license`, `show license all`: "Index 1 Feature: ipbasek9" and what
 * stands below it; `show license usage`: "NAME (PID):" and "Status:". */
static bool read_license(struct reading *r, str line)
{
    struct licence *licence = current(r);
    struct arena *arena = &r->facts->arena;

    if (contains(line, "Feature: ") && (str_starts(line, STR("Index ")) ||
                                        str_starts(line, STR("StoreIndex:"))))
        (void)licence_named(r, first_word(between(line, "Feature: ", NULL)));
    else if (str_ends(line, STR("):")) && !contains(line, ": "))
        (void)licence_named(r, first_word(line));
    else if (str_starts(line, STR("License Level: ")))
        (void)licence_named(r, first_word(between(line, "Level: ", NULL)));
    else if (licence == NULL)
        return false;
    else if (str_starts(line, STR("License Type: "))) {
        licence->value = arena_str(
            arena, str_sub(str_trim(between(line, "Type: ", NULL)), 0, 256));
        licence->is_time_based = str_starts(licence->value, STR("Eval"));
        if (licence->state == LICENCE_UNKNOWN &&
            str_eq_c(licence->value, "Permanent"))
            licence->state = LICENCE_ON;
    } else if (str_starts(line, STR("License State: ")) ||
               str_starts(line, STR("Status: ")))
        licence->state = state_of_text(between(line, ": ", NULL));
    else if (str_starts(line, STR("Period left: ")) ||
             str_starts(line, STR("Evaluation period left: ")))
        licence->expiry = arena_str(
            arena, str_sub(str_trim(between(line, "left: ", NULL)), 0, 256));
    else
        return false;
    return true;
}

/* A sensor: "Licensed, expires: 19-Apr-2010 UTC", "No license present". */
static bool read_sensor_license(struct reading *r, str line)
{
    struct licence *licence;
    bool is_on = str_starts(line, STR("Licensed, expires:"));
    bool is_old = str_starts(line, STR("License expired")) ||
                  str_starts(line, STR("Expired license"));

    if (!is_on && !is_old && !str_starts(line, STR("No license present")))
        return false;
    licence = licence_named(r, STR("IPS"));
    if (licence == NULL)
        return false;
    licence->state = is_on    ? LICENCE_ON
                     : is_old ? LICENCE_EXPIRED
                              : LICENCE_OFF;
    licence->value = is_on    ? STR("Licensed")
                     : is_old ? STR("Expired")
                              : STR("None");
    licence->is_time_based = is_on || is_old;
    licence->expiry = arena_str(
        &r->facts->arena, str_sub(str_trim(between(line, ":", NULL)), 0, 256));
    return true;
}

/* True when the line opens a list. */
static bool read_heading(struct reading *r, str line)
{
    if (str_starts(line, STR("Failover cluster licensed features")))
        r->section = SECTION_CLUSTER;
    else if (str_starts(line, STR("Licensed features")) ||
             str_starts(line, STR("Licensed Features")))
        r->section = SECTION_FEATURES;
    else if (contains(line, "Timebased Activation Key")) {
        r->section = SECTION_FEATURES;
        r->is_timed = true;
    } else if (str_starts(line, STR("Technology Package License")))
        r->section = SECTION_TECHNOLOGY;
    else
        return false;
    return true;
}

static bool read_section(struct reading *r, str line)
{
    switch (r->section) {
    case SECTION_FEATURES:
        return str_starts(line, STR("0x")) || read_feature(r, line);
    case SECTION_CLUSTER:
        return contains(line, ":");
    case SECTION_TECHNOLOGY:
        return read_technology(r, line) || str_starts(line, STR("--")) ||
               str_starts(line, STR("Technology")) ||
               str_starts(line, STR("Current"));
    default:
        return false;
    }
}

static void read_line(struct reading *r, str line, str *hardware)
{
    line = str_trim(line);
    if (line.n == 0)
        return;
    read_hardware(r, line, hardware);
    if (read_heading(r, line))
        return;
    if (read_software(r, line) || read_ios(r, line) ||
        read_ios_model(r, line) || read_identity(r, line)) {
        r->section = SECTION_NONE;
        return;
    }
    if (read_section(r, line))
        return;
    r->section = SECTION_NONE;
    r->is_timed = false;
    if (!read_uptime(r, line) && !read_license(r, line))
        (void)read_sensor_license(r, line);
}

int show_read(const struct family *family, str text, struct device_facts *out,
              struct err *err)
{
    struct reading r = { .facts = out };
    str hardware = STR_NONE;

    if (text.n > SHOW_TEXT_MAX)
        return err_set(err, E_LIMIT,
                       "an answer of a device has at most %d "
                       "bytes",
                       SHOW_TEXT_MAX);
    if (str_find_char(text, '\0') < text.n)
        return err_set(err, E_INVALID, "holds NUL: this is no text");
    if (out->family == NULL)
        out->family = family;
    while (text.n > 0)
        read_line(&r, str_cut(&text, '\n'), &hardware);
    keep(&r, &out->model, hardware);
    return 0;
}

void device_facts_clear(struct device_facts *facts)
{
    vec_clear(&facts->licences);
    arena_clear(&facts->arena);
}

bool show_failover_is_optional(str model)
{
    return contains(model, "5505") || contains(model, "5510");
}

const char *licence_state_name(enum licence_state state)
{
    static const char *const names[] = {
        [LICENCE_UNKNOWN] = "unknown",
        [LICENCE_OFF] = "off",
        [LICENCE_ON] = "on",
        [LICENCE_EXPIRED] = "expired",
        [LICENCE_EULA] = "eula not accepted",
    };

    return names[state];
}

enum tristate show_https_state(str text)
{
    static const str head = { "HTTP secure server status:", 26 };

    while (text.n > 0) {
        str line = str_trim(str_cut(&text, '\n'));
        str value = str_trim(str_sub(line, head.n, SIZE_MAX));

        if (!str_eq_nocase(str_sub(line, 0, head.n), head))
            continue;
        if (str_eq_nocase(value, STR("Enabled")))
            return TRISTATE_YES;
        return str_eq_nocase(value, STR("Disabled")) ? TRISTATE_NO
                                                     : TRISTATE_UNKNOWN;
    }
    return TRISTATE_UNKNOWN;
}
