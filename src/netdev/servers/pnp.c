/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/servers/pnp.h"

#include "base/xml_write.h"
#include "netdev/servers/servers_int.h"

#define NAMESPACE "urn:cisco:pnp:"

/* --- reading ---------------------------------------------------------------
 */

/* "PID:C1131-8PWB,VID:V01,SN:FGL2548" */
static str udi_part(str udi, const char *name)
{
    while (udi.n > 0) {
        str value = str_cut(&udi, ',');
        str key = str_cut(&value, ':');

        if (str_eq_nocase(str_trim(key), str_c(name)))
            return str_trim(value);
    }
    return STR("");
}

static bool is_serial(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
              (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_'))
            return false;
    }
    return text.n > 0 && text.n <= ASK_ID_MAX;
}

static void unreadable(struct ask *out, const char *why)
{
    out->kind = ASK_UNREADABLE;
    out->text = str_c(why);
}

static void read_response(struct flat *flat, struct flat_element *response,
                          struct ask *out)
{
    str success = flat_attr(response, "success");

    out->kind = ASK_ANSWER;
    out->outcome = str_eq_c(success, "1") || str_eq_c(success, "true")
                       ? ASK_OUTCOME_DONE
                       : ASK_OUTCOME_FAILED;
    if (str_eq_c(out->topic, "fault"))
        out->kind = ASK_FAULT;
    out->code = flat_text(flat, "errorcode|faultcode");
    out->text = flat_text(flat, "errormessage|details|faultstring");
    out->hostname = flat_text(flat, "hostname");
    out->platform = flat_text(flat, "platformname");
    out->version = flat_text(flat, "versionstring");
    out->image = flat_text(flat, "imagefile");
}

void pnp_read(struct flat *flat, struct arena *arena, struct ask *out)
{
    struct flat_element *root = flat_find(flat, "pnp");
    struct flat_element *body;

    (void)arena;
    if (root == NULL || root->parent != FLAT_NO_PARENT) {
        unreadable(out, "the root is no <pnp>");
        return;
    }
    out->udi = flat_attr(root, "udi");
    out->identity = udi_part(out->udi, "SN");
    out->product = udi_part(out->udi, "PID");
    if (!is_serial(out->identity)) {
        unreadable(out, "the UDI has no serial number");
        return;
    }
    body = flat_find(flat, "info|response");
    if (body == NULL) {
        unreadable(out, "there is neither an <info> nor a <response>");
        return;
    }
    out->correlator = flat_attr(body, "correlator");
    if (str_starts(body->ns, STR(NAMESPACE)))
        out->topic = str_sub(body->ns, strlen(NAMESPACE), body->ns.n);
    if (str_eq_c(body->name, "info"))
        out->kind = ASK_WORK;
    else
        read_response(flat, body, out);
}

/* --- deciding --------------------------------------------------------------
 */

static bool loops(struct stage *stage, enum stage_kind kind,
                  struct pnp_answer *out)
{
    if (stage->items[kind].fetches < STAGE_FETCHES_MAX)
        return false;
    stage_change(stage, kind, STAGE_FAILED,
                 STR("fetched again and again, and never told to be done"),
                 &out->changes);
    return true;
}

static void back_off(struct pnp_answer *out, int64_t seconds)
{
    out->work = PNP_BACKOFF;
    out->backoff_s = seconds;
}

static void give_work(struct stage *stage, const struct pnp_state *state,
                      const struct ask *ask, struct pnp_answer *out)
{
    struct stage_item *image = &stage->items[STAGE_IMAGE];
    bool runs = image->id != 0 && image->version.n > 0 &&
                str_eq(image->version, state->version);

    /* A device that answers nothing is not asked for ever: every second
     * time. */
    if (!state->known && state->asked.n == 0 && ask->correlator.n > 0) {
        out->work = PNP_DEVICE_INFO;
        return;
    }
    if (!state->claimed) {
        back_off(out, PNP_BACKOFF_UNCLAIMED_S);
        return;
    }
    if (runs)
        stage_change(stage, STAGE_IMAGE, STAGE_CONFIRMED,
                     STR("the device runs this version"), &out->changes);
    if (image->id != 0 && !loops(stage, STAGE_IMAGE, out))
        out->work = PNP_IMAGE_INSTALL;
    else if (stage->items[STAGE_CONFIG].id != 0 &&
             !loops(stage, STAGE_CONFIG, out))
        out->work = PNP_CONFIG_UPGRADE;
    else
        back_off(out, PNP_BACKOFF_S);
}

static str told_failure(const struct ask *ask, struct arena *arena)
{
    return arena_printf(arena, "the device says: %" PRIstr "%s%" PRIstr,
                        ARGstr(ask->code), ask->code.n > 0 ? ": " : "",
                        ARGstr(ask->text));
}

static void take_work(struct stage *stage, enum stage_kind kind,
                      const struct ask *ask, struct arena *arena,
                      struct pnp_answer *out)
{
    const struct stage_item *item = &stage->items[kind];
    bool waits = kind == STAGE_IMAGE && item->version.n > 0;

    out->replayed = item->id == 0 || item->offered.n == 0 ||
                    !str_eq(item->offered, ask->correlator);
    if (out->replayed)
        return;
    if (ask->outcome == ASK_OUTCOME_FAILED)
        stage_change(stage, kind, STAGE_FAILED, told_failure(ask, arena),
                     &out->changes);
    else
        stage_change(stage, kind, waits ? STAGE_FETCHED : STAGE_CONFIRMED,
                     waits ? STR("installed; the device must restart with it")
                           : STR("the device applied it"),
                     &out->changes);
}

/* A fault names no work: it was the one that is out. */
static void take_fault(struct stage *stage, const struct ask *ask,
                       struct arena *arena, struct pnp_answer *out)
{
    for (size_t i = 0; i < STAGE_KINDS; i++) {
        if (stage->items[i].id != 0 && stage->items[i].offered.n > 0)
            stage_change(stage, (enum stage_kind)i, STAGE_FAILED,
                         told_failure(ask, arena), &out->changes);
    }
}

void pnp_decide(struct stage *stage, const struct pnp_state *state,
                const struct ask *ask, int64_t now, struct arena *arena,
                struct pnp_answer *out)
{
    *out = (struct pnp_answer){ .work = PNP_NOTHING };
    stage_expire(stage, now, &out->changes);
    if (ask->kind == ASK_WORK) {
        give_work(stage, state, ask, out);
        return;
    }
    if (ask->kind == ASK_FAULT) {
        take_fault(stage, ask, arena, out);
        return;
    }
    out->work = PNP_BYE;
    if (str_eq_c(ask->topic, "device-info")) {
        out->replayed =
            state->asked.n == 0 || !str_eq(state->asked, ask->correlator);
        out->learned = !out->replayed && ask->outcome == ASK_OUTCOME_DONE;
    } else if (str_eq_c(ask->topic, "image-install")) {
        take_work(stage, STAGE_IMAGE, ask, arena, out);
    } else if (str_eq_c(ask->topic, "config-upgrade")) {
        take_work(stage, STAGE_CONFIG, ask, arena, out);
    }
}

/* --- writing ---------------------------------------------------------------
 */

static const char *const work_names[] = {
    [PNP_NOTHING] = "",
    [PNP_BYE] = "work-info",
    [PNP_BACKOFF] = "backoff",
    [PNP_DEVICE_INFO] = "device-info",
    [PNP_IMAGE_INSTALL] = "image-install",
    [PNP_CONFIG_UPGRADE] = "config-upgrade",
};

static void write_source(const struct stage_item *item, struct buf *out)
{
    buf_add_c(out, "        <source>\n");
    servers_leaf(out, "          ", "location", item->url);
    servers_leaf(out, "          ", "checksum", item->sum);
    buf_add_c(out, "        </source>\n");
}

static void write_image(const struct stage_item *item, struct buf *out)
{
    buf_add_c(out, "    <image>\n      <copy>\n");
    write_source(item, out);
    buf_add_c(out, "        <destination>\n");
    servers_leaf(out, "          ", "location", item->name);
    buf_add_c(out, "        </destination>\n      </copy>\n    </image>\n"
                   "    <reload>\n      <reason>image upgrade</reason>\n"
                   "      <delayIn>0</delayIn>\n      <user>holdfast</user>\n"
                   "      <saveConfig>true</saveConfig>\n    </reload>\n");
}

static void write_config(const struct stage_item *item, struct buf *out)
{
    buf_add_c(out, "    <config details=\"errors\">\n      <copy>\n");
    write_source(item, out);
    buf_add_c(out, "        <applyTo>running</applyTo>\n      </copy>\n"
                   "    </config>\n    <noReload/>\n");
}

static void write_backoff(int64_t seconds, struct buf *out)
{
    buf_printf(out,
               "    <backoff>\n      <reason>nothing to do</reason>\n"
               "      <callbackAfter>\n        <hours>%d</hours>\n"
               "        <minutes>%d</minutes>\n        <seconds>%d</seconds>\n"
               "      </callbackAfter>\n    </backoff>\n",
               (int)(seconds / 3600), (int)(seconds / 60 % 60),
               (int)(seconds % 60));
}

static void write_body(const struct stage *stage,
                       const struct pnp_answer *answer, struct buf *out)
{
    switch (answer->work) {
    case PNP_BYE:
        buf_add_c(out, "    <workInfo>\n      <bye/>\n    </workInfo>\n");
        break;
    case PNP_BACKOFF:
        write_backoff(answer->backoff_s, out);
        break;
    case PNP_DEVICE_INFO:
        buf_add_c(out, "    <deviceInfo type=\"all\"/>\n");
        break;
    case PNP_IMAGE_INSTALL:
        write_image(&stage->items[STAGE_IMAGE], out);
        break;
    case PNP_CONFIG_UPGRADE:
        write_config(&stage->items[STAGE_CONFIG], out);
        break;
    case PNP_NOTHING:
        break;
    }
}

void pnp_write(const struct stage *stage, const struct pnp_answer *answer,
               const struct ask *ask, struct buf *out)
{
    const char *element = answer->work == PNP_BYE ? "info" : "request";

    if (answer->work == PNP_NOTHING)
        return;
    buf_add_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<pnp xmlns=\"urn:cisco:pnp\" version=\"1.0\" udi=\"");
    xml_escape(out, ask->udi);
    buf_printf(out, "\">\n  <%s xmlns=\"" NAMESPACE "%s\" correlator=\"",
               element, work_names[answer->work]);
    xml_escape(out, ask->correlator);
    buf_add_c(out, "\">\n");
    write_body(stage, answer, out);
    buf_printf(out, "  </%s>\n</pnp>\n", element);
}

void pnp_dhcp_option43(const struct pnp_place *place, struct buf *out)
{
    bool is_name = false;

    for (size_t i = 0; i < place->address.n; i++)
        is_name |= place->address.p[i] != '.' &&
                   (place->address.p[i] < '0' || place->address.p[i] > '9');
    buf_printf(out, "5A1N;K%d;B%d;I%" PRIstr ";J%lld", place->tls ? 5 : 4,
               is_name ? 1 : 2, ARGstr(place->address), (long long)place->port);
}
