/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/supply.h"

#include <dirent.h>
#include <fcntl.h>

#include "base/io.h"
#include "probe/dbus.h"

enum {
    WORD_MAX = 64,
    PATH_MAX_BYTES = 4096,
    SUPPLIES_MAX = 64,
    /* NMMetered */
    METERED_YES = 1,
    METERED_GUESS_YES = 3,
};

#define SUPPLIES "/sys/class/power_supply"
#define MANAGER "org.freedesktop.NetworkManager"

/* --- Power. --- */

struct power {
    bool online;      /* an adapter gives power */
    bool discharging; /* a battery of the machine does */
};

static void read_word(const char *folder, const char *name, const char *file,
                      struct buf *out)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_MAX_BYTES);
    AUTO(buf_clear) struct buf text = BUF(PATH_MAX_BYTES);

    buf_reset(out);
    buf_printf(&path, "%s/%s/%s", folder, name, file);
    if (io_read_file(AT_FDCWD, buf_c(&path), &text, NULL) == 0)
        buf_add(out, str_sub(str_trim(buf_str(&text)), 0, WORD_MAX - 1));
}

/* A battery of the scope "Device" is a mouse's. A port that could be supplied
 * by, but is not, says nothing: most have one besides. */
static void look_at(const char *folder, const char *name, struct power *power)
{
    AUTO(buf_clear) struct buf type = BUF(WORD_MAX);
    AUTO(buf_clear) struct buf word = BUF(WORD_MAX);

    read_word(folder, name, "scope", &word);
    if (str_eq(buf_str(&word), STR("Device")))
        return;
    read_word(folder, name, "type", &type);
    if (str_eq(buf_str(&type), STR("Battery")) ||
        str_eq(buf_str(&type), STR("UPS"))) {
        read_word(folder, name, "status", &word);
        power->discharging |= str_eq(buf_str(&word), STR("Discharging"));
        return;
    }
    read_word(folder, name, "online", &word);
    power->online |= word.n > 0 && !str_eq(buf_str(&word), STR("0"));
}

static bool read_power(const char *root)
{
    AUTO(buf_clear) struct buf folder = BUF(PATH_MAX_BYTES);
    struct power power = { 0 };
    struct dirent *entry;
    DIR *dir;
    int n = 0;

    buf_printf(&folder, "%s" SUPPLIES, root != NULL ? root : "");
    dir = opendir(buf_c(&folder));
    while (dir != NULL && (entry = readdir(dir)) != NULL &&
           n++ < SUPPLIES_MAX) {
        if (entry->d_name[0] != '.')
            look_at(buf_c(&folder), entry->d_name, &power);
    }
    if (dir != NULL)
        closedir(dir);
    return power.discharging && !power.online;
}

/* --- The network. --- */

static bool ask_manager(struct dbus *dbus, struct err *err)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *reply = NULL;
    uint32_t value = 0;
    int rc = dbus->fn.call_method(dbus->bus, MANAGER,
                                  "/org/freedesktop/NetworkManager",
                                  "org.freedesktop.DBus.Properties", "Get",
                                  &error, &reply, "ss", MANAGER, "Metered");

    if (rc < 0)
        return dbus_error(dbus, rc, &error, "NetworkManager", err) == 0;
    if (dbus->fn.enter(reply, 'v', "u") < 0 ||
        dbus->fn.read(reply, "u", &value) < 0)
        value = 0;
    dbus->fn.message_unref(reply);
    return value == METERED_YES || value == METERED_GUESS_YES;
}

static bool read_network(const struct options *options)
{
    struct err err = { 0 };
    struct dbus dbus;
    bool metered;

    if (strcmp(options->metered, "auto") != 0)
        return strcmp(options->metered, "yes") == 0;
    if (options->root != NULL && options->bus == NULL)
        return false; /* this machine's network is not the root's */
    if (dbus_open(false, &dbus, &err) < 0)
        return false;
    metered = ask_manager(&dbus, &err);
    dbus_close(&dbus);
    return metered;
}

/* --- Both. --- */

void supply_read(const struct options *options, struct supply *out)
{
    *out = (struct supply){ .on_battery = read_power(options->root),
                            .is_metered = read_network(options) };
}

str supply_waits(const struct supply *supply,
                 const struct patch_delivery *delivery)
{
    if (supply->on_battery && delivery->mains_power)
        return STR("the device runs on its battery, and the configuration "
                   "demands mains power");
    if (supply->is_metered && !delivery->metered)
        return STR("the network is metered, and the configuration forbids "
                   "that");
    return STR("");
}
