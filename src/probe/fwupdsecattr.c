/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:fwupdsecattr (an extension of OVAL 5.11 by OpenSCAP): the security
 * attributes of the firmware, as the fwupd service tells them over D-Bus. The
 * object names an attribute by its AppStream id, such as
 * org.fwupd.hsi.Uefi.SecureBoot; the item has its result.
 */
#include "probe/dbus.h"
#include "probe/machine.h"

enum {
    ATTRIBUTES_MAX = 10000,
    TEXT_MAX = 4096
};

struct job {
    struct dbus dbus;
    struct oval_sink *sink;
    const struct oval_want *id;
    bool dashes;      /* the content spells names so */
    struct buf name;  /* of the attribute that is read */
    struct buf value; /* of the member that is read */
    int64_t result;
};

/* FwupdSecurityAttrResult of fwupd's interface, as fwupdmgr prints it. */
static const char *result_text(int64_t result)
{
    static const char *const texts[] = {
        "unknown",       "enabled",   "not-enabled",  "valid",
        "not-valid",     "locked",    "not-locked",   "encrypted",
        "not-encrypted", "tainted",   "not-tainted",  "found",
        "not-found",     "supported", "not-supported"
    };

    return result >= 0 && result < (int64_t)COUNT(texts) ? texts[result] : NULL;
}

static void give(struct job *job)
{
    const char *text = result_text(job->result);
    const char *attribute = job->dashes ? "security-attr" : "security_attr";
    struct oval_sink *sink = job->sink;

    if (job->name.n == 0 ||
        (job->id != NULL &&
         oval_sink_match(sink, job->id, buf_str(&job->name)) == OVAL_FALSE))
        return;
    oval_item_begin(sink, "linux:fwupdsecattr");
    oval_item_str(sink, job->dashes ? "stream-id" : "stream_id",
                  buf_str(&job->name));
    if (text == NULL)
        oval_item_status(sink, attribute, OVAL_STRING, OVAL_STATUS_ERROR);
    else
        oval_item_str(sink, attribute, str_c(text));
    oval_item_end(sink);
}

static void add_value(void *ctx, str value)
{
    struct job *job = ctx;

    buf_add(&job->value, value);
}

static int read_member(struct job *job, sd_bus_message *reply, struct err *err)
{
    struct dbus *dbus = &job->dbus;
    const char *name = NULL;
    int rc = dbus->fn.read_basic(reply, SD_BUS_TYPE_STRING, (void *)&name);
    str key = str_c(name);

    if (rc <= 0)
        return err_set(err, E_PARSE, "fwupd: expected the name of a member");
    key = arena_str(oval_sink_arena(job->sink), key);
    buf_reset(&job->value);
    rc = dbus_read_variant(dbus, reply, add_value, job, err);
    if (rc < 0)
        return rc;
    if (str_eq(key, STR("AppstreamId")))
        buf_add(&job->name, buf_str(&job->value));
    if (str_eq(key, STR("HsiResult")))
        return str_to_i64(buf_str(&job->value), 0, UINT32_MAX, &job->result,
                          err);
    return 0;
}

/* One attribute: an array of names with variants. */
static int read_attribute(struct job *job, sd_bus_message *reply,
                          struct err *err)
{
    struct dbus *dbus = &job->dbus;
    int bus_rc;

    buf_reset(&job->name);
    job->result = 0;
    while ((bus_rc = dbus->fn.enter(reply, SD_BUS_TYPE_DICT_ENTRY, "sv")) > 0) {
        int rc = read_member(job, reply, err);

        if (rc < 0)
            return rc;
        bus_rc = dbus->fn.exit(reply);
        if (bus_rc < 0)
            break;
    }
    if (bus_rc < 0)
        return err_set(err, E_PARSE, "fwupd: expected members of an attribute");
    give(job);
    return 0;
}

static int read_all(struct job *job, sd_bus_message *reply, struct err *err)
{
    struct dbus *dbus = &job->dbus;
    int bus_rc = dbus->fn.enter(reply, SD_BUS_TYPE_ARRAY, "a{sv}");
    unsigned n = 0;
    int rc = 0;

    while (rc == 0 && bus_rc > 0 && n++ < ATTRIBUTES_MAX) {
        bus_rc = dbus->fn.enter(reply, SD_BUS_TYPE_ARRAY, "{sv}");
        if (bus_rc <= 0)
            break;
        rc = read_attribute(job, reply, err);
        if (rc == 0)
            bus_rc = dbus->fn.exit(reply);
    }
    if (rc == 0 && bus_rc < 0)
        rc = err_set(err, E_PARSE, "fwupd: expected a list of attributes");
    return rc;
}

static int ask(struct job *job, struct err *err)
{
    struct dbus *dbus = &job->dbus;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *reply = NULL;
    int rc = dbus->fn.call_method(dbus->bus, "org.freedesktop.fwupd", "/",
                                  "org.freedesktop.fwupd",
                                  "GetHostSecurityAttrs", &error, &reply, NULL);

    if (rc < 0)
        return dbus_error(dbus, rc, &error, "fwupd", err);
    rc = read_all(job, reply, err);
    dbus->fn.message_unref(reply);
    return rc;
}

static int collect(struct probe_machine *machine UNUSED,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct job job = { .sink = sink,
                       .id = oval_query_want(query, "stream_id"),
                       .name = BUF(TEXT_MAX),
                       .value = BUF(TEXT_MAX) };
    struct err why = { 0 };
    int rc;

    if (job.id == NULL) {
        job.id = oval_query_want(query, "stream-id");
        job.dashes = job.id != NULL;
    }
    rc = dbus_open(false, &job.dbus, &why);
    if (rc == 0) {
        rc = ask(&job, &why);
        dbus_close(&job.dbus);
    }
    if (rc == E_ABSENT) {
        oval_sink_flag(sink, OVAL_FLAG_NOT_COLLECTED);
        oval_sink_message(sink, OVAL_LEVEL_WARNING,
                          "the fwupd service does not run on this machine: %s",
                          err_text(&why));
    } else if (rc < 0) {
        oval_sink_error(sink, "%s", err_text(&why));
    }
    buf_clear(&job.name);
    buf_clear(&job.value);
    return 0;
}

const struct probe probe_fwupdsecattr = {
    .object = "linux:fwupdsecattr",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
