/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/roster.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "netdev/outputs.h"
#include "netdev/roster_int.h"

/* --- Formats --- */

static const struct {
    const char *name;
    roster_reader_fn *read;
} formats[] = {
    [ROSTER_CSV] = { "csv", roster_read_csv },
    [ROSTER_RANCID] = { "rancid", roster_read_rancid },
    [ROSTER_OXIDIZED] = { "oxidized", roster_read_oxidized },
    [ROSTER_NETBOX] = { "netbox", roster_read_netbox },
    [ROSTER_CONFIG] = { "config", roster_read_config },
};
_Static_assert(COUNT(formats) == ROSTER_FORMATS, "a row a format");

const char *roster_format_name(enum roster_format format)
{
    return formats[format].name;
}

int roster_format_find(str name, enum roster_format *out, struct err *err)
{
    for (unsigned i = 0; i < ROSTER_FORMATS; i++) {
        if (!str_eq_c(name, formats[i].name))
            continue;
        *out = (enum roster_format)i;
        return 0;
    }
    return err_set(err, E_INVALID,
                   "'%" PRIstr "' is no format of a list of devices; expected "
                   "csv, rancid, oxidized, netbox or config",
                   ARGstr(str_sub(name, 0, 64)));
}

/* --- Families by other programs' words --- */

static const struct {
    const char *word;
    const char *family;
} words[] = {
    { "cisco", "ios" },        { "iosrouter", "ios" },
    { "cat5", "catos" },       { "iosxe", "ios-xe" },
    { "ciscoasa", "asa" },     { "ciscopix", "pix" },
    { "quagga", "frr" },       { "zebra", "frr" },
    { "frrouting", "frr" },    { "cumulusfrr", "frr" },
    { "ciscoios", "ios" },     { "ciscoiosxe", "ios-xe" },
    { "ciscocatos", "catos" }, { "ciscoips", "ips" },
    { "ciscofwsm", "fwsm" },   { "ciscofrr", "frr" },
};

const struct family *roster_family(str word)
{
    char plain[64];
    size_t n = 0;

    for (size_t i = 0; i < word.n && n < sizeof(plain); i++) {
        char c = word.p[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain[n++] = c;
    }
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq_c((str){ plain, n }, words[i].word))
            return family_find(str_c(words[i].family));
    return family_find(word);
}

/* --- Entries --- */

void roster_problem(struct roster_reading *r, const char *format, ...)
{
    struct roster *roster = r->roster;
    char text[ERR_TEXT_MAX];
    va_list args;

    if (roster->problems.n >= ROSTER_PROBLEMS_MAX) {
        roster->dropped++;
        return;
    }
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    *vec_push(&roster->problems) = (struct roster_problem){
        .line = r->line, .text = arena_str(&roster->arena, str_c(text))
    };
}

#define FAILOVER "license_supports_failover"
#define TEXT(name, member)                                                     \
    {                                                                          \
        name, offsetof(struct roster_entry, member)                            \
    }
static const struct {
    const char *name;
    size_t at;
} members[] = {
    TEXT("name", name),
    TEXT("hostname", name),
    TEXT("address", address),
    TEXT("ip", address),
    TEXT("version", version),
    TEXT("model", model),
    TEXT("serial", serial),
    TEXT("transport", transport),
    TEXT("user", user),
    TEXT("username", user),
    TEXT("password", password),
    TEXT("enable_password", enable_password),
    TEXT("enable", enable_password),
    TEXT("key_file", key_file),
    TEXT("host_key", host_key),
    TEXT("realm", realm),
    TEXT("group", realm),
    TEXT("notes", notes),
};

bool roster_knows(str name)
{
    for (size_t i = 0; i < COUNT(members); i++)
        if (str_eq_c(name, members[i].name))
            return true;
    return str_eq_c(name, "family") || str_eq_c(name, "port") ||
           str_eq_c(name, "state") || str_eq_c(name, FAILOVER);
}

/* What a value is too long or odd for is said without showing it: it may be a
 * password. */
static bool check_value(struct roster_reading *r, str name, str value)
{
    if (value.n > ROSTER_WORD_MAX || utf8_valid(value) != value.n) {
        roster_problem(r, "%" PRIstr " has more than %d bytes or is no UTF-8",
                       ARGstr(name), ROSTER_WORD_MAX);
        return false;
    }
    for (size_t i = 0; i < value.n; i++) {
        if ((uint8_t)value.p[i] >= ' ' && value.p[i] != 0x7f)
            continue;
        roster_problem(r, "%" PRIstr " has a control character", ARGstr(name));
        return false;
    }
    return true;
}

/* R-LIC-5: a truth, or as `show version` says it. */
static bool set_failover(struct roster_reading *r, struct roster_entry *entry,
                         str value)
{
    static const struct {
        const char *word;
        enum tristate means;
    } failovers[] = {
        { "yes", TRISTATE_YES },
        { "true", TRISTATE_YES },
        { "1", TRISTATE_YES },
        { "enabled", TRISTATE_YES },
        { "active/standby", TRISTATE_YES },
        { "active/active", TRISTATE_YES },
        { "no", TRISTATE_NO },
        { "false", TRISTATE_NO },
        { "0", TRISTATE_NO },
        { "disabled", TRISTATE_NO },
    };

    for (size_t i = 0; i < COUNT(failovers); i++) {
        if (!str_eq_nocase(value, str_c(failovers[i].word)))
            continue;
        entry->failover = failovers[i].means;
        return true;
    }
    roster_problem(r, FAILOVER " must be yes or no, or what 'show version' "
                               "says of failover");
    return false;
}

static bool set_special(struct roster_reading *r, struct roster_entry *entry,
                        str name, str value)
{
    if (str_eq_c(name, "family")) {
        entry->family = roster_family(value);
        if (entry->family != NULL)
            return true;
        roster_problem(r, "'%" PRIstr "' is no family of devices; expected %s",
                       ARGstr(str_sub(value, 0, 64)), family_names());
        return false;
    }
    if (str_eq_c(name, "state")) {
        entry->is_down = !str_eq_nocase(value, STR("up")) &&
                         !str_eq_nocase(value, STR("active"));
        return true;
    }
    if (str_eq_c(name, FAILOVER))
        return set_failover(r, entry, value);
    if (str_to_i64(value, 1, 65535, &entry->port, NULL) == 0)
        return true;
    roster_problem(r, "the port must be a number from 1 to 65535");
    return false;
}

bool roster_set(struct roster_reading *r, struct roster_entry *entry, str name,
                str value)
{
    value = str_trim(value);
    if (value.n == 0)
        return true;
    if (!check_value(r, name, value))
        return false;
    for (size_t i = 0; i < COUNT(members); i++) {
        if (!str_eq_c(name, members[i].name))
            continue;
        *(str *)(void *)((char *)entry + members[i].at) =
            arena_str(&r->roster->arena, value);
        return true;
    }
    return set_special(r, entry, name, value);
}

/* A name or an address: nothing that a shell or a file system could take for
 * something else. */
static bool is_host(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || (c != '\0' && strchr("-_.:", c))))
            return false;
    }
    return text.n > 0 && text.p[0] != '-' && text.p[0] != '.';
}

/* Notes the name; true when it was noted before. */
static bool is_there(struct roster *roster, str name)
{
    str key = arena_str(&roster->arena, name);
    char *p = (char *)(uintptr_t)key.p;
    uint32_t next = (uint32_t)roster->list.n;

    for (size_t i = 0; i < key.n; i++)
        p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i];
    return map_add(&roster->names, key, next) != next;
}

int roster_add(struct roster_reading *r, const struct roster_entry *entry,
               struct err *err)
{
    struct roster_entry *last;
    enum transport transport;
    struct err why = { 0 };

    if (r->roster->list.n >= ROSTER_DEVICES_MAX)
        return err_set(err, E_LIMIT, "line %u: more than %d devices", r->line,
                       ROSTER_DEVICES_MAX);
    if (entry->name.n == 0)
        roster_problem(r, "the device has no name");
    else if (entry->family == NULL && r->options->family == NULL)
        roster_problem(r, "it is not said which family '%" PRIstr "' is of",
                       ARGstr(entry->name));
    else if (entry->address.n > 0 && !is_host(entry->address))
        roster_problem(r, "'%" PRIstr "' is no address",
                       ARGstr(entry->address));
    else if (entry->transport.n > 0 &&
             transport_find(entry->transport, &transport, &why) < 0)
        roster_problem(r, "%s", why.text);
    else if (is_there(r->roster, entry->name))
        roster_problem(r, "'%" PRIstr "' is there already",
                       ARGstr(entry->name));
    else {
        last = vec_push(&r->roster->list);
        *last = *entry;
        last->line = r->line;
        if (last->family == NULL)
            last->family = r->options->family;
    }
    return 0;
}

/* --- A configuration is a device by itself --- */

static str after(str text, const char *begins)
{
    while (text.n > 0) {
        str line = str_trim(str_cut(&text, '\n'));

        if (str_starts(line, str_c(begins)))
            return str_trim(str_sub(line, strlen(begins), SIZE_MAX));
    }
    return STR_NONE;
}

/* "ASA Version 9.1(7)" is a whole version, "version 15.1" is none. */
static str version_of(str text)
{
    static const char *const begins[] = { "ASA Version ", "PIX Version ",
                                          "FWSM Version ", "frr version " };

    for (size_t i = 0; i < COUNT(begins); i++) {
        str found = after(text, begins[i]);

        if (found.n > 0)
            return str_cut(&found, ' ');
    }
    return STR_NONE;
}

int roster_read_config(struct roster_reading *r, str text, struct err *err)
{
    AUTO(outputs_clear) struct device_outputs outputs = { 0 };
    struct roster_entry entry = { .family = r->options->family };
    str name = after(text, "hostname ");
    int rc;

    r->line = 1;
    if (name.n == 0)
        name = after(text, "set system name ");
    if (name.n == 0)
        return err_set(err, E_PARSE,
                       "the configuration has no 'hostname': it cannot be "
                       "told which device it is of");
    rc = outputs_add(&outputs, STR("show running-config"), text, err);
    if (rc < 0)
        return rc;
    outputs_recognise(&outputs);
    if (entry.family == NULL)
        entry.family = outputs.family;
    if (!roster_set(r, &entry, STR("name"), name) ||
        !roster_set(r, &entry, STR("version"), version_of(text)))
        return 0;
    return roster_add(r, &entry, err);
}

int roster_read(enum roster_format format, const struct roster_options *options,
                str text, struct roster *out, struct err *err)
{
    static const struct roster_options none;
    struct roster_reading r = { .options = options != NULL ? options : &none,
                                .roster = out };

    if (text.n > ROSTER_TEXT_MAX)
        return err_set(err, E_LIMIT, "a list of devices has at most %d bytes",
                       ROSTER_TEXT_MAX);
    if (str_find_char(text, '\0') < text.n)
        return err_set(err, E_PARSE, "holds NUL: this is no text");
    return formats[format].read(&r, text, err);
}

static void wipe(str text)
{
    if (text.n > 0)
        explicit_bzero((char *)(uintptr_t)text.p, text.n);
}

void roster_clear(struct roster *roster)
{
    for (size_t i = 0; i < roster->list.n; i++) {
        wipe(roster->list.p[i].password);
        wipe(roster->list.p[i].enable_password);
    }
    vec_clear(&roster->list);
    vec_clear(&roster->problems);
    map_clear(&roster->names);
    arena_clear(&roster->arena);
}
