/* SPDX-License-Identifier: Apache-2.0
 *
 * The fields of the query language and the values they are compared with.
 */
#include "base/clock.h"
#include "fleet/query_int.h"

#define DEVICE(m) FROM_DEVICE, offsetof(struct query_device, m)
#define HARDWARE(m) FROM_HARDWARE, offsetof(struct fact_hardware, m)
#define OS(m) FROM_OS, offsetof(struct fact_os, m)
#define INTERFACE(m) FROM_INTERFACE, offsetof(struct fact_interface, m)

/* clang-format off */
static const struct query_field fields[] = {
    { { "agent_version", "version", "version of the agent" },
      QT_VERSION, DEVICE(agent_version) },
    { { "boot_time", "time", "when the device was started" },
      QT_TIME, DEVICE(boot_time) },
    { { "created", "time", "when the device was added" },
      QT_TIME, DEVICE(created) },
    { { "hardware.cpu", "text", "processor model" },
      QT_TEXT, HARDWARE(cpu) },
    { { "hardware.cpus", "number", "processors" },
      QT_NUMBER, HARDWARE(cpus) },
    { { "hardware.disk_mb", "number", "disk space, MiB" },
      QT_NUMBER, HARDWARE(disk_mb) },
    { { "hardware.memory_mb", "number", "memory, MiB" },
      QT_NUMBER, HARDWARE(memory_mb) },
    { { "hardware.model", "text", "model" },
      QT_TEXT, HARDWARE(model) },
    { { "hardware.serial", "text", "serial number" },
      QT_TEXT, HARDWARE(serial) },
    { { "hardware.vendor", "text", "maker of the machine" },
      QT_TEXT, HARDWARE(vendor) },
    { { "hardware.virtualisation", "text", "kind of virtual machine" },
      QT_TEXT, HARDWARE(virtualisation) },
    { { "hostname", "text", "name the device gives itself" },
      QT_TEXT, DEVICE(hostname) },
    { { "id", "number", "inventory id" },
      QT_NUMBER, DEVICE(id) },
    { { "interface.address", "address", "any of its IP addresses" },
      QT_ADDRESS, FROM_ADDRESS, 0 },
    { { "interface.mac", "text", "any of its hardware addresses" },
      QT_TEXT, INTERFACE(mac) },
    { { "interface.name", "text", "any of its network interfaces" },
      QT_TEXT, INTERFACE(name) },
    { { "kind", "text", "agent, agentless or network" },
      QT_TEXT, DEVICE(kind) },
    { { "last_inventory", "time", "when its newest inventory was taken" },
      QT_TIME, DEVICE(last_inventory) },
    { { "last_seen", "time", "when its agent was heard last" },
      QT_TIME, DEVICE(last_seen) },
    { { "manager", "text", "dpkg or rpm" },
      QT_TEXT, DEVICE(manager) },
    { { "memory_mb", "number", "short for hardware.memory_mb" },
      QT_NUMBER, HARDWARE(memory_mb) },
    { { "name", "text", "name of the device" },
      QT_TEXT, DEVICE(name) },
    { { "os.arch", "text", "architecture, such as x86_64" },
      QT_TEXT, DEVICE(arch) },
    { { "os.build", "version", "edition or build, such as 12.4" },
      QT_VERSION, DEVICE(os_build) },
    { { "os.codename", "text", "code name, such as bookworm" },
      QT_TEXT, OS(codename) },
    { { "os.family", "text", "family, such as unix" },
      QT_TEXT, DEVICE(os_family) },
    { { "os.id", "text", "product, such as debian" },
      QT_TEXT, DEVICE(os_id) },
    { { "os.kernel", "version", "release of the running kernel" },
      QT_VERSION, DEVICE(kernel) },
    { { "os.name", "text", "full name of the operating system" },
      QT_TEXT, DEVICE(os_name) },
    { { "os.version", "version", "version, such as 12" },
      QT_VERSION, DEVICE(os_version) },
    { { "packages", "number", "how many packages are installed" },
      QT_NUMBER, FROM_PACKAGES, 0, true },
    { { "sessions", "number", "users logged in at the last check-in" },
      QT_NUMBER, DEVICE(sessions), true },
    { { "time_zone", "text", "IANA time zone" },
      QT_TEXT, DEVICE(time_zone) },
    { { "user.name", "text", "any user logged in at the last inventory" },
      QT_TEXT, FROM_USER, offsetof(struct fact_user, name) },
};
/* clang-format on */

const struct query_field_help *query_field_help(size_t index)
{
    return index < COUNT(fields) ? &fields[index].help : NULL;
}

const struct query_field *query_field_find(str name)
{
    for (size_t i = 0; i < COUNT(fields); i++)
        if (str_eq_c(name, fields[i].help.name))
            return &fields[i];
    return NULL;
}

/* --- values ---------------------------------------------------------- */
static int read_number(str text, struct query_value *out, struct err *err)
{
    if (str_to_i64(text, 0, INT64_MAX, &out->number, NULL) < 0)
        return err_set(err, E_PARSE,
                       "'%" PRIstr "' is no whole number from 0 up",
                       ARGstr(text));
    return 0;
}

/* "90s", "15m", "36h", "7d", "2w" */
static bool read_age(str text, int64_t *out)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {
        { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 }
    };
    int64_t number;

    if (text.n < 2 || text.p[0] < '0' || text.p[0] > '9')
        return false;
    for (size_t i = 0; i < COUNT(units); i++)
        if (text.p[text.n - 1] == units[i].unit) {
            if (str_to_i64(str_sub(text, 0, text.n - 1), 0, 1000000000, &number,
                           NULL) < 0)
                return false;
            *out = number * units[i].seconds;
            return true;
        }
    return false;
}

/* "2026-11-22" (its first second) or "2026-11-22T04:30:00Z" */
static bool read_instant(str text, int64_t *out)
{
    char whole[CLOCK_TEXT_MAX];

    if (text.n == 10) {
        (void)snprintf(whole, sizeof(whole), "%.10sT00:00:00Z", text.p);
        text = str_c(whole);
    }
    return clock_parse(text, out, NULL) == 0;
}

static int read_time(str text, struct query_value *out, struct err *err)
{
    if (read_age(text, &out->number)) {
        out->is_age = true;
        return 0;
    }
    if (read_instant(text, &out->number))
        return 0;
    return err_set(err, E_PARSE,
                   "'%" PRIstr "' is neither an age (90s, 15m, 36h, 7d, 2w) "
                   "nor a date (2026-11-22, 2026-11-22T04:30:00Z)",
                   ARGstr(text));
}

int query_network_read(str text, struct query_network *out, struct err *err)
{
    out->v6 = str_find_char(text, ':') < text.n;
    if (out->v6 ? oval_ipv6_parse(text, &out->set, NULL) < 0
                : oval_ipv4_parse(text, &out->set, NULL) < 0)
        return err_set(err, E_PARSE,
                       "'%" PRIstr "' is no IP address or network",
                       ARGstr(text));
    return 0;
}

int query_value_read(struct query *query, const struct query_field *field,
                     str text, struct query_value *out, struct err *err)
{
    struct query_value value = { .text = text };
    int rc = 0;

    if (field->type == QT_NUMBER)
        rc = read_number(text, &value, err);
    else if (field->type == QT_TIME)
        rc = read_time(text, &value, err);
    else if (field->type == QT_ADDRESS)
        rc = query_network_read(text, &value.network, err);
    if (rc < 0)
        return rc;
    if (value.is_age)
        query->needs |= QUERY_NEEDS_TIME;
    *out = value;
    return 0;
}
