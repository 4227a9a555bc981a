/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/systemd.h"

#include <errno.h>

#include "base/map.h"
#include "probe/dbus.h"

enum {
    UNITS_MAX = 100000,
    PROPERTIES_MAX = 10000
};

static const char service[] = "org.freedesktop.systemd1";
static const char manager_path[] = "/org/freedesktop/systemd1";
static const char manager[] = "org.freedesktop.systemd1.Manager";

struct systemd {
    struct dbus dbus;
    struct arena arena;
    VEC(struct systemd_unit) units;
    size_t listed; /* the first of them; those behind were asked by name */
    struct map by_name;
    int failed; /* the code of `why`, or 0 */
    struct err why;
};

/* systemd's own socket knows no service names. */
static const char *peer(const struct systemd *systemd)
{
    return systemd->dbus.is_private ? NULL : service;
}

static size_t add_unit(struct systemd *systemd, str name)
{
    uint32_t at = map_get(&systemd->by_name, name);
    struct systemd_unit *unit;

    if (at != MAP_NONE)
        return at;
    unit = vec_push(&systemd->units);
    unit->name = arena_str(&systemd->arena, name);
    at = (uint32_t)(systemd->units.n - 1);
    map_add(&systemd->by_name, unit->name, at);
    return at;
}

/* The file of a template (getty@.service) is not a unit. */
static bool is_template(str name)
{
    size_t at = str_find(name, STR("@."));

    return at < name.n;
}

/* Calls a method of the manager without arguments that returns an array of
 * structs, each with a string first: the name of a unit or the path of its
 * file. */
static int list(struct systemd *systemd, const char *method,
                const char *members, struct err *err)
{
    struct dbus *dbus = &systemd->dbus;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *reply = NULL;
    char array[32];
    int rc = dbus->fn.call_method(dbus->bus, peer(systemd), manager_path,
                                  manager, method, &error, &reply, NULL);

    if (rc < 0)
        return dbus_error(dbus, rc, &error, "systemd", err);
    snprintf(array, sizeof(array), "(%s)", members);
    rc = dbus->fn.enter(reply, SD_BUS_TYPE_ARRAY, array);
    while (rc > 0 && systemd->units.n < UNITS_MAX) {
        const char *text = NULL;
        str name;

        rc = dbus->fn.enter(reply, SD_BUS_TYPE_STRUCT, members);
        if (rc <= 0)
            break;
        rc = dbus->fn.read_basic(reply, SD_BUS_TYPE_STRING, (void *)&text);
        if (rc <= 0)
            break;
        name = str_c(text);
        while (str_find_char(name, '/') < name.n)
            str_cut(&name, '/');
        if (name.n > 0 && !is_template(name))
            add_unit(systemd, name);
        while ((rc = dbus->fn.skip(reply, NULL)) > 0) {
        }
        rc = rc < 0 && rc != -ENXIO ? rc : dbus->fn.exit(reply);
    }
    dbus->fn.message_unref(reply);
    return rc < 0 ? err_set(err, E_PARSE, "systemd: the answer to %s: %s",
                            method, strerror(-rc))
                  : 0;
}

static int connect(struct systemd *systemd, struct err *err)
{
    int rc = dbus_open(true, &systemd->dbus, err);

    if (rc == 0)
        rc = list(systemd, "ListUnits", "ssssssouso", err);
    if (rc == 0)
        rc = list(systemd, "ListUnitFiles", "ss", err);
    systemd->listed = systemd->units.n;
    return rc;
}

static void systemd_free(void *p)
{
    struct systemd *systemd = p;

    for (size_t i = 0; i < systemd->units.n; i++) {
        struct systemd_unit *unit = &systemd->units.p[i];

        for (size_t k = 0; k < unit->properties.n; k++)
            vec_clear(&unit->properties.p[k].values);
        vec_clear(&unit->properties);
    }
    vec_clear(&systemd->units);
    map_clear(&systemd->by_name);
    arena_clear(&systemd->arena);
    dbus_close(&systemd->dbus);
    mem_free(systemd);
}

/* A failure is remembered: hundreds of objects would wait for it again. */
static int get(struct probe_machine *machine, struct systemd **out,
               struct err *err)
{
    struct systemd *systemd = machine->caches[PROBE_CACHE_SYSTEMD].p;

    if (systemd == NULL) {
        systemd = mem_alloc(1, sizeof(*systemd));
        machine->caches[PROBE_CACHE_SYSTEMD].p = systemd;
        machine->caches[PROBE_CACHE_SYSTEMD].free = systemd_free;
        systemd->failed = connect(systemd, &systemd->why);
    }
    if (systemd->failed < 0) {
        if (err != NULL)
            *err = systemd->why;
        return systemd->failed;
    }
    *out = systemd;
    return 0;
}

struct adding {
    struct systemd *systemd;
    struct systemd_property *property;
};

static void add_value(void *ctx, str value)
{
    struct adding *adding = ctx;

    *vec_push(&adding->property->values) =
        arena_str(&adding->systemd->arena, value);
}

/* The answer to GetAll: an array of names with variants. */
static int read_properties(struct systemd *systemd, sd_bus_message *reply,
                           struct systemd_unit *unit, struct err *err)
{
    struct dbus *dbus = &systemd->dbus;
    int rc = dbus->fn.enter(reply, SD_BUS_TYPE_ARRAY, "{sv}");

    while (rc > 0 && unit->properties.n < PROPERTIES_MAX) {
        struct adding adding = { systemd, NULL };
        const char *name = NULL;

        rc = dbus->fn.enter(reply, SD_BUS_TYPE_DICT_ENTRY, "sv");
        if (rc <= 0)
            break;
        rc = dbus->fn.read_basic(reply, SD_BUS_TYPE_STRING, (void *)&name);
        if (rc <= 0)
            break;
        adding.property = vec_push(&unit->properties);
        adding.property->name = arena_str(&systemd->arena, str_c(name));
        rc = dbus_read_variant(dbus, reply, add_value, &adding, err);
        if (rc < 0)
            return rc;
        rc = dbus->fn.exit(reply);
    }
    return rc < 0 ? err_set(err, E_PARSE, "systemd: properties of a unit: %s",
                            strerror(-rc))
                  : 0;
}

static int ask(struct systemd *systemd, struct systemd_unit *unit,
               struct err *err)
{
    struct dbus *dbus = &systemd->dbus;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *loaded = NULL;
    sd_bus_message *reply = NULL;
    const char *path = NULL;
    int rc =
        dbus->fn.call_method(dbus->bus, peer(systemd), manager_path, manager,
                             "LoadUnit", &error, &loaded, "s", unit->name.p);

    if (rc >= 0)
        rc = dbus->fn.read(loaded, "o", &path);
    if (rc >= 0)
        rc = dbus->fn.call_method(dbus->bus, peer(systemd), path,
                                  "org.freedesktop.DBus.Properties", "GetAll",
                                  &error, &reply, "s", "");
    if (rc < 0)
        rc = dbus_error(dbus, rc, &error, unit->name.p, err);
    else
        rc = read_properties(systemd, reply, unit, err);
    dbus->fn.message_unref(loaded);
    dbus->fn.message_unref(reply);
    return rc;
}

const struct systemd_property *systemd_property(const struct systemd_unit *unit,
                                                const char *name)
{
    for (size_t i = 0; i < unit->properties.n; i++)
        if (str_eq_c(unit->properties.p[i].name, name))
            return &unit->properties.p[i];
    return NULL;
}

/* systemd loads any name it is asked for, and then says that it is not
 * there. */
static bool is_not_found(const struct systemd_unit *unit)
{
    const struct systemd_property *state = systemd_property(unit, "LoadState");

    return state != NULL && state->values.n == 1 &&
           str_eq(state->values.p[0], STR("not-found"));
}

int systemd_unit(struct systemd *systemd, str name,
                 const struct systemd_unit **out, struct err *err)
{
    struct systemd_unit *unit;
    size_t at;
    int rc;

    if (systemd->units.n >= 2 * UNITS_MAX)
        return err_set(err, E_LIMIT, "more than %d units", 2 * UNITS_MAX);
    at = add_unit(systemd, name);
    unit = &systemd->units.p[at];
    if (!unit->asked) {
        rc = ask(systemd, unit, err);
        if (rc < 0 && rc != E_ABSENT)
            return rc;
        unit->asked = true;
        unit->gone =
            rc == E_ABSENT || (at >= systemd->listed && is_not_found(unit));
    }
    if (unit->gone)
        return err_set(err, E_ABSENT, "%" PRIstr ": no such unit",
                       ARGstr(name));
    *out = unit;
    return 0;
}

static void give(struct systemd *systemd, struct oval_sink *sink, str name,
                 systemd_each_fn *fn, void *ctx)
{
    const struct systemd_unit *unit;
    struct err why = { 0 };
    int rc = systemd_unit(systemd, name, &unit, &why);

    if (rc == 0)
        fn(ctx, unit);
    else if (rc != E_ABSENT)
        oval_sink_error(sink, "%s", err_text(&why));
}

void systemd_each(struct systemd *systemd, struct oval_sink *sink,
                  const struct oval_query *query, systemd_each_fn *fn,
                  void *ctx)
{
    const struct oval_want *want = oval_query_want(query, "unit");
    str wanted;

    if (oval_query_literal(query, "unit", &wanted)) {
        if (wanted.n > 0)
            give(systemd, sink, wanted, fn, ctx);
        return;
    }
    for (size_t i = 0; i < systemd->listed; i++) {
        str name = systemd->units.p[i].name;

        if (want == NULL || oval_sink_match(sink, want, name) != OVAL_FALSE)
            give(systemd, sink, name, fn, ctx);
    }
}

struct systemd *systemd_for(struct probe_machine *machine,
                            struct oval_sink *sink)
{
    struct systemd *systemd = NULL;
    struct err why = { 0 };
    int rc = get(machine, &systemd, &why);

    if (rc == 0)
        return systemd;
    if (rc != E_ABSENT) {
        oval_sink_error(sink, "%s", err_text(&why));
        return NULL;
    }
    oval_sink_flag(sink, OVAL_FLAG_NOT_COLLECTED);
    oval_sink_message(sink, OVAL_LEVEL_WARNING,
                      "systemd does not run on this machine: %s",
                      err_text(&why));
    return NULL;
}
