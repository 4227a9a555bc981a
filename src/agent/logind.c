/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/logind.h"

#include <dirent.h>
#include <pwd.h>
#include <unistd.h>

#include "install/command.h"
#include "probe/dbus.h"

enum {
    DESKTOPS_MAX = 100,
    PATH_ROOM = 512,
    WALL_S = 20,
};

#define SERVICE "org.freedesktop.login1"
#define OBJECT "/org/freedesktop/login1"
#define MANAGER "org.freedesktop.login1.Manager"

/* Of what, who, why and mode the first that blocks. */
static int find_block(struct dbus *dbus, sd_bus_message *reply, struct err *err)
{
    int rc = dbus->fn.enter(reply, 'a', "(ssssuu)");

    while (rc >= 0) {
        const char *what;
        const char *who;
        const char *why;
        const char *mode;
        uint32_t uid;
        uint32_t pid;

        rc = dbus->fn.enter(reply, 'r', "ssssuu");
        if (rc <= 0)
            break;
        rc = dbus->fn.read(reply, "ssssuu", &what, &who, &why, &mode, &uid,
                           &pid);
        if (rc < 0)
            break;
        if (str_find(str_c(what), STR("shutdown")) < strlen(what) &&
            strcmp(mode, "block") == 0)
            return err_set(err, E_INVALID, "blocked by %.100s: %.200s", who,
                           why);
        rc = dbus->fn.exit(reply);
    }
    return rc < 0 ? err_set(err, E_IO, "logind: the inhibitors cannot be read")
                  : 0;
}

static int check_inhibitors(struct dbus *dbus, struct err *err)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *reply = NULL;
    int rc = dbus->fn.call_method(dbus->bus, SERVICE, OBJECT, MANAGER,
                                  "ListInhibitors", &error, &reply, "");

    if (rc < 0)
        return dbus_error(dbus, rc, &error, "logind", err);
    rc = find_block(dbus, reply, err);
    dbus->fn.message_unref(reply);
    return rc;
}

int logind_reboot(struct err *err)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *reply = NULL;
    struct dbus dbus;
    int rc = dbus_open(false, &dbus, err);

    if (rc < 0)
        return rc;
    rc = check_inhibitors(&dbus, err);
    if (rc == 0) {
        rc = dbus.fn.call_method(dbus.bus, SERVICE, OBJECT, MANAGER, "Reboot",
                                 &error, &reply, "b", 0);
        rc = rc < 0 ? dbus_error(&dbus, rc, &error, "logind", err) : 0;
        dbus.fn.message_unref(reply);
    }
    dbus_close(&dbus);
    return rc;
}

/* As that user, on their session's bus. */
static void notify_desktop(const char *uid, str text)
{
    AUTO(command_clear) struct command command = { .timeout_s = WALL_S };
    const struct passwd *user;
    struct command_end end;
    char path[PATH_ROOM];
    int64_t number;

    snprintf(path, sizeof(path), "/run/user/%s/bus", uid);
    if (str_to_i64(str_c(uid), 1, INT32_MAX, &number, NULL) < 0 ||
        access(path, F_OK) < 0)
        return;
    user = getpwuid((uid_t)number);
    if (user == NULL)
        return;
    command_add_all(&command,
                    (const char *const[]){ "runuser", "-u", user->pw_name, "--",
                                           "env", NULL });
    command_add_format(&command, "DBUS_SESSION_BUS_ADDRESS=unix:path=%s", path);
    command_add_all(&command,
                    (const char *const[]){ "notify-send", "--urgency=critical",
                                           "Restart", NULL });
    command_add_format(&command, "%" PRIstr, ARGstr(text));
    if (command_run(&command, &end, NULL) < 0)
        return; /* the others are told */
}

static void notify_desktops(str text)
{
    DIR *dir;
    struct dirent *entry;
    int n = 0;

    if (!command_exists("notify-send") || !command_exists("runuser"))
        return;
    dir = opendir("/run/user");
    while (dir != NULL && (entry = readdir(dir)) != NULL && n++ < DESKTOPS_MAX)
        notify_desktop(entry->d_name, text);
    if (dir != NULL)
        closedir(dir);
}

int logind_warn(str text, struct err *err)
{
    AUTO(command_clear) struct command command = { .timeout_s = WALL_S };
    int rc;

    notify_desktops(text);
    command_add(&command, "wall");
    command_add_format(&command, "%" PRIstr, ARGstr(text));
    rc = command_must(&command, err);
    return rc;
}
