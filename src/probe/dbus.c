/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/dbus.h"

#include <errno.h>

#include "probe/library.h"

enum {
    TIMEOUT_US = 10 * 1000 * 1000,
    DEPTH_MAX = 32,
    TEXT_MAX = 1024 * 1024,
};

#define SYMBOL(member, name)                                                   \
    {                                                                          \
        name, offsetof(struct dbus_functions, member)                          \
    }

static const struct library_symbol symbols[] = {
    SYMBOL(open_system, "sd_bus_open_system"),
    SYMBOL(new_, "sd_bus_new"),
    SYMBOL(set_address, "sd_bus_set_address"),
    SYMBOL(start, "sd_bus_start"),
    SYMBOL(set_timeout, "sd_bus_set_method_call_timeout"),
    SYMBOL(call_method, "sd_bus_call_method"),
    SYMBOL(close, "sd_bus_flush_close_unref"),
    SYMBOL(error_free, "sd_bus_error_free"),
    SYMBOL(error_has_name, "sd_bus_error_has_name"),
    SYMBOL(message_unref, "sd_bus_message_unref"),
    SYMBOL(read, "sd_bus_message_read"),
    SYMBOL(peek_type, "sd_bus_message_peek_type"),
    SYMBOL(read_basic, "sd_bus_message_read_basic"),
    SYMBOL(enter, "sd_bus_message_enter_container"),
    SYMBOL(exit, "sd_bus_message_exit_container"),
    SYMBOL(skip, "sd_bus_message_skip"),
};

static const char *const sonames[] = { "libsystemd.so.0", NULL };

static const struct library library = { sonames, "libsystemd0", symbols,
                                        COUNT(symbols) };

static int open_private(struct dbus *dbus)
{
    int rc = dbus->fn.new_(&dbus->bus);

    if (rc >= 0)
        rc = dbus->fn.set_address(dbus->bus, "unix:path=/run/systemd/private");
    if (rc >= 0)
        rc = dbus->fn.start(dbus->bus);
    if (rc < 0 && dbus->bus != NULL)
        dbus->bus = dbus->fn.close(dbus->bus);
    dbus->is_private = rc >= 0;
    return rc;
}

int dbus_open(bool systemd, struct dbus *out, struct err *err)
{
    struct dbus dbus = { .bus = NULL };
    int rc = library_load(&library, &dbus.fn, err);
    int opened;

    if (rc < 0)
        return rc;
    opened = dbus.fn.open_system(&dbus.bus);
    if (opened < 0 && systemd && open_private(&dbus) >= 0)
        opened = 0;
    if (opened < 0)
        return err_errno(err, opened == -ECONNREFUSED ? ENOENT : -opened,
                         "the system's D-Bus");
    dbus.fn.set_timeout(dbus.bus, TIMEOUT_US);
    *out = dbus;
    return 0;
}

void dbus_close(struct dbus *dbus)
{
    if (dbus->bus != NULL)
        dbus->bus = dbus->fn.close(dbus->bus);
}

int dbus_error(struct dbus *dbus, int code, sd_bus_error *error,
               const char *what, struct err *err)
{
    static const char *const absent[] = {
        SD_BUS_ERROR_SERVICE_UNKNOWN,
        SD_BUS_ERROR_NAME_HAS_NO_OWNER,
        SD_BUS_ERROR_UNKNOWN_OBJECT,
        "org.freedesktop.DBus.Error.Spawn.ServiceNotFound",
        "org.freedesktop.DBus.Error.Spawn.ChildExited",
        "org.freedesktop.systemd1.NoSuchUnit",
    };
    int rc = E_IO;

    for (size_t i = 0; i < COUNT(absent); i++)
        if (dbus->fn.error_has_name(error, absent[i]))
            rc = E_ABSENT;
    if (dbus->fn.error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED))
        rc = E_PERM;
    rc = err_set(err, rc, "%s: %s", what,
                 error->message != NULL ? error->message : strerror(-code));
    dbus->fn.error_free(error);
    return rc;
}

static int bad_message(struct err *err, int code)
{
    return err_set(err, E_PARSE, "a D-Bus message is not of its type: %s",
                   strerror(-code));
}

/* The numbers of D-Bus; 0 when type is none. */
static int read_number(struct dbus *dbus, sd_bus_message *message, char type,
                       struct buf *out)
{
    union {
        uint8_t y;
        int b;
        int16_t n;
        uint16_t q;
        int32_t i;
        uint32_t u;
        int64_t x;
        uint64_t t;
        double d;
    } v = { .t = 0 };
    int rc = dbus->fn.read_basic(message, type, &v);

    if (rc <= 0)
        return rc;
    switch (type) {
    case SD_BUS_TYPE_BYTE:
        buf_printf(out, "%u", v.y);
        break;
    case SD_BUS_TYPE_BOOLEAN:
        buf_add_c(out, v.b ? "true" : "false");
        break;
    case SD_BUS_TYPE_INT16:
        buf_printf(out, "%d", v.n);
        break;
    case SD_BUS_TYPE_UINT16:
        buf_printf(out, "%u", v.q);
        break;
    case SD_BUS_TYPE_INT64:
        buf_printf(out, "%lld", (long long)v.x);
        break;
    case SD_BUS_TYPE_UINT64:
        buf_printf(out, "%llu", (unsigned long long)v.t);
        break;
    case SD_BUS_TYPE_DOUBLE:
        buf_printf(out, "%.17g", v.d);
        break;
    case SD_BUS_TYPE_INT32:
        buf_printf(out, "%d", v.i);
        break;
    default: /* UINT32, and descriptors, which nobody passes here */
        buf_printf(out, "%u", v.u);
        break;
    }
    return 1;
}

static int read_value(struct dbus *dbus, sd_bus_message *message,
                      unsigned depth, struct buf *out);

/* Up to the end of the container that was entered. */
static int read_members(struct dbus *dbus, sd_bus_message *message,
                        unsigned depth, struct buf *out)
{
    bool first = true;

    for (;;) {
        size_t before = out->n;
        int rc;

        if (!first)
            buf_add_char(out, ' ');
        rc = read_value(dbus, message, depth, out);
        if (rc <= 0) {
            out->n = before;
            return rc;
        }
        first = false;
    }
}

static int read_value(struct dbus *dbus, sd_bus_message *message,
                      unsigned depth, struct buf *out)
{
    const char *contents = NULL;
    const char *text = NULL;
    char type = 0;
    int rc = dbus->fn.peek_type(message, &type, &contents);

    if (rc <= 0)
        return rc;
    switch (type) {
    case SD_BUS_TYPE_STRING:
    case SD_BUS_TYPE_OBJECT_PATH:
    case SD_BUS_TYPE_SIGNATURE:
        rc = dbus->fn.read_basic(message, type, (void *)&text);
        if (rc > 0)
            buf_add_c(out, text);
        return rc;
    case SD_BUS_TYPE_ARRAY:
    case SD_BUS_TYPE_VARIANT:
    case SD_BUS_TYPE_STRUCT:
    case SD_BUS_TYPE_DICT_ENTRY:
        if (depth >= DEPTH_MAX)
            return -EBADMSG;
        rc = dbus->fn.enter(message, type, contents);
        if (rc > 0)
            rc = read_members(dbus, message, depth + 1, out);
        if (rc >= 0)
            rc = dbus->fn.exit(message);
        return rc < 0 ? rc : 1;
    default:
        return read_number(dbus, message, type, out);
    }
}

/* Appends the next value of message as text. 1: there was one; 0: the end of
 * the container. */
static int read_text(struct dbus *dbus, sd_bus_message *message,
                     struct buf *out, struct err *err)
{
    int rc = read_value(dbus, message, 0, out);

    return rc < 0 ? bad_message(err, rc) : rc;
}

static int read_elements(struct dbus *dbus, sd_bus_message *message,
                         dbus_add_fn *add, void *ctx, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    int rc;

    for (;;) {
        buf_reset(&text);
        rc = read_text(dbus, message, &text, err);
        if (rc <= 0)
            return rc;
        rc = buf_finish(&text, "a D-Bus value", err);
        if (rc < 0)
            return rc;
        add(ctx, buf_str(&text));
    }
}

int dbus_read_variant(struct dbus *dbus, sd_bus_message *message,
                      dbus_add_fn *add, void *ctx, struct err *err)
{
    const char *contents = NULL;
    char type = 0;
    bool array;
    int bus_rc = dbus->fn.peek_type(message, &type, &contents);
    int rc;

    if (bus_rc > 0)
        bus_rc = dbus->fn.enter(message, SD_BUS_TYPE_VARIANT, contents);
    if (bus_rc > 0)
        bus_rc = dbus->fn.peek_type(message, &type, &contents);
    if (bus_rc <= 0)
        return bad_message(err, bus_rc < 0 ? bus_rc : -EBADMSG);
    array = type == SD_BUS_TYPE_ARRAY;
    if (array)
        bus_rc = dbus->fn.enter(message, SD_BUS_TYPE_ARRAY, contents);
    if (bus_rc < 0)
        return bad_message(err, bus_rc);
    rc = read_elements(dbus, message, add, ctx, err);
    if (rc < 0)
        return rc;
    if (array)
        bus_rc = dbus->fn.exit(message);
    if (bus_rc >= 0)
        bus_rc = dbus->fn.exit(message);
    return bus_rc < 0 ? bad_message(err, bus_rc) : 0;
}
