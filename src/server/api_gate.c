/* SPDX-License-Identifier: Apache-2.0
 *
 * What the gate asks the core: the requests of devices that fetch.
 */
#include "base/log.h"
#include "fleet/netdev_config.h"
#include "server/ask_wire.h"
#include "server/gate_int.h"
#include "server/images.h"
#include "server/message.h"
#include "server/netdevs.h"
#include "server/routes_int.h"

/* --- what the protocols share ----------------------------------------------
 */

void visit_answer(struct visit *visit, int status, const char *text)
{
    visit->res->status = status;
    visit->res->content_type = "text/plain; charset=utf-8";
    buf_reset(&visit->res->body);
    buf_add_c(&visit->res->body, text);
    if (visit->outcome.n == 0)
        visit->outcome = str_c(text);
}

void visit_xml(struct visit *visit)
{
    visit->res->status = 200;
    visit->res->content_type = "text/xml; charset=utf-8";
}

int visit_load(struct visit *visit, struct err *err)
{
    int rc = staged_open(visit->req->core->db, visit->fetcher.device,
                         &visit->req->arena, visit->open, err);

    for (size_t i = 0; rc == 0 && i < STAGE_KINDS; i++) {
        visit->stage.items[i] = visit->open[i].item;
        visit->stage.items[i].id = visit->open[i].id;
        if (visit->open[i].id != 0)
            visit->stage.items[i].url = fetching_url(
                &visit->server, &visit->open[i], &visit->req->arena);
    }
    return rc;
}

static int add_version(struct core *core, const struct staged *staged,
                       const struct box_public *key, int64_t now,
                       struct err *err)
{
    AUTO(buf_wipe) struct buf plain = BUF(NETDEV_CONFIG_MAX);
    AUTO(buf_clear) struct buf sealed = BUF(NETDEV_CONFIG_MAX + BOX_OVERHEAD);
    char id[BOX_ID_MAX];
    int64_t number;
    struct netdev_config_new config = {
        .device = staged->device,
        .cause = STR("confirmed by the device"),
        .masked = staged->masked,
        .now = now,
    };
    int rc = fetching_open(core, staged, &plain, err);

    if (rc == 0)
        rc =
            box_seal(key, netdev_config_context, buf_str(&plain), &sealed, err);
    if (rc < 0)
        return rc;
    box_id(key, id);
    config.sealed = buf_str(&sealed);
    config.key_id = str_c(id);
    return netdev_config_add(core->db, &config, &number, err);
}

/* A whole configuration that the device has confirmed is a version of its
 * archive; what changes a part is found there by the next reading. */
static int archive(struct visit *visit, const struct stage_change *change,
                   struct err *err)
{
    const struct staged *staged = &visit->open[STAGE_CONFIG];
    struct core *core = visit->req->core;
    struct box_public key;

    if (change->state != STAGE_CONFIRMED || staged->id != change->id ||
        !fetching_is_aus(visit->fetcher.server_kind, visit->fetcher.family) ||
        !str_ends(staged->item.name, STR(".cfg")))
        return 0;
    if (netdevs_key(core, &key, NULL) < 0) {
        log_warn("gate.not_archived", LOG_I64("device", staged->device));
        return 0;
    }
    return add_version(core, staged, &key, visit->req->now, err);
}

int visit_apply(struct visit *visit, const struct stage_changes *changes,
                struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < changes->n; i++) {
        const struct stage_change *change = &changes->p[i];

        rc = archive(visit, change, err);
        if (rc < 0)
            return rc;
        rc = staged_change(visit->req->core->db, change, visit->req->now, err);
        visit->outcome =
            arena_printf(&visit->req->arena, "%s: %" PRIstr,
                         stage_state_name(change->state), ARGstr(change->told));
    }
    return rc;
}

/* A piece of a file that is fetched in pieces is no new fetch. */
static bool is_later_piece(str range)
{
    return range.n > 0 && !str_starts(range, STR("bytes=0-"));
}

static int give_config(struct visit *visit, const struct staged *staged,
                       struct err *err)
{
    visit->res->content_type = str_ends(staged->item.name, STR(".xml"))
                                   ? "text/xml; charset=utf-8"
                                   : "text/plain; charset=utf-8";
    return fetching_open(visit->req->core, staged, &visit->res->body, err);
}

/* A file that is not here is brought from the store. 1: the answer says so. */
static int bring_image(struct visit *visit, const struct staged *staged,
                       struct err *err)
{
    struct core *core = visit->req->core;
    bool is_kept = false;
    int rc = netdev_image_is_kept(core->db, staged->org, staged->sha256,
                                  &is_kept, err);

    if (rc < 0)
        return rc;
    if (is_kept) {
        images_look(core);
        visit_answer(visit, 503, "the image is not on this server yet\n");
        visit->res->retry_after_s = IMAGE_RETRY_S;
    } else {
        visit_answer(visit, 410, "the file of this image is lost\n");
    }
    return 1;
}

static int give_image(struct visit *visit, const struct staged *staged,
                      struct err *err)
{
    int fd = image_open(visit->req->core, staged->org, staged->sha256, err);

    if (fd == E_ABSENT)
        return bring_image(visit, staged, err);
    if (fd < 0)
        return fd;
    visit->res->file = fd;
    visit->res->ranges = true;
    visit->res->content_type = "application/octet-stream";
    return 0;
}

int visit_give(struct visit *visit, const struct staged *staged,
               struct err *err)
{
    struct request *req = visit->req;
    int rc = staged->item.kind == STAGE_CONFIG ? give_config(visit, staged, err)
                                               : give_image(visit, staged, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    visit->res->status = 200;
    visit->res->private_page = true;
    visit->outcome = visit->ask.is_head ? STR("looked at") : STR("fetched");
    if (!visit->ask.is_head && !is_later_piece(req->range))
        rc = staged_fetched(req->core->db, staged->id, req->now, err);
    return rc;
}

/* --- files -----------------------------------------------------------------
 */

int visit_file(struct visit *visit, struct err *err)
{
    struct request *req = visit->req;
    struct staged staged;
    struct scope scope;
    int rc = staged_by_token(req->core->db, visit->ask.correlator, &req->arena,
                             &staged, err);

    if (rc < 0)
        return rc;
    if (rc == 1 || staged.item.expires <= req->now ||
        !str_eq(staged.item.name, visit->ask.topic)) {
        visit_answer(visit, 404, "there is no such file\n");
        return 0;
    }
    scope = scope_system(staged.org);
    rc = fetcher_get(req->core->db, &scope, staged.device, &req->arena,
                     &visit->fetcher, err);
    if (rc == 0)
        rc = netdev_server_get(req->core->db, &scope, visit->fetcher.server,
                               &req->arena, &visit->server, err);
    if (rc < 0)
        return rc;
    visit->org = staged.org;
    if (visit->server.networks.n > 0 && !visit_is_near(visit, &visit->server)) {
        visit_answer(visit, 404, "there is no such file\n");
        return 0;
    }
    visit->known = true;
    visit->asked = visit->fetcher.asked;
    return visit_give(visit, &staged, err);
}

/* --- the request -----------------------------------------------------------
 */

static int hello(struct visit *visit, struct err *err)
{
    int rc = visit_find_org(visit, 1U << NETDEV_SERVER_PNP, err);

    if (rc == 0)
        visit_answer(visit, visit->org != 0 ? 200 : 404, "");
    visit->org = 0; /* nothing to keep */
    return rc;
}

static int unreadable(struct visit *visit, struct err *err)
{
    int rc = visit_find_org(visit, (1U << NETDEV_SERVER_KINDS) - 1, err);

    visit->outcome = visit->ask.text;
    if (rc == 0)
        visit_answer(visit, 400, "the request cannot be read\n");
    return rc;
}

static int dispatch(struct visit *visit, struct err *err)
{
    enum ask_kind kind = (enum ask_kind)visit->ask.kind;
    int rc = 0;

    switch (kind) {
    case ASK_HELLO:
        return hello(visit, err);
    case ASK_UNREADABLE:
        return unreadable(visit, err);
    case ASK_FILE:
        return visit_file(visit, err);
    case ASK_DETAILS:
    case ASK_PROBLEM:
        return visit_aus(visit, err);
    case ASK_CONFIG:
    case ASK_STATUS:
        rc = visit_find(visit, err);
        return rc < 0 ? rc : visit_cns(visit, err);
    case ASK_WORK:
    case ASK_ANSWER:
    case ASK_FAULT:
        rc = visit_find(visit, err);
        return rc < 0 ? rc : visit_pnp(visit, err);
    default:
        visit_answer(visit, 404, "nothing is here\n");
        return 0;
    }
}

static int keep(struct visit *visit, struct err *err)
{
    const struct request *req = visit->req;
    const struct ask *ask = &visit->ask;
    const struct fetch_request request = {
        .org = visit->org,
        .device = visit->known ? visit->fetcher.device : 0,
        .at = req->now,
        .address = req->peer,
        .kind = str_c(ask_kind_name((enum ask_kind)ask->kind)),
        .identity = ask->identity,
        .outcome = visit->outcome.n > 0 ? str_trim(visit->outcome) : STR(""),
        .unknown = ask->unknown,
        .raw = ask->raw,
    };
    const struct fetcher_seen seen = { .device = visit->fetcher.device,
                                       .address = req->peer,
                                       .facts = visit->facts,
                                       .asked = visit->asked,
                                       .now = req->now };
    int rc = 0;

    if (visit->org != 0)
        rc = fetch_request_add(req->core->db, &request, err);
    if (rc == 0 && visit->known)
        rc = fetcher_seen(req->core->db, &seen, err);
    return rc;
}

/* What a device told of itself; members that it did not tell are left out. */
static str facts_of(const struct ask *ask, struct arena *arena)
{
    AUTO(jval_freep) struct jval *facts = jval_new_object();
    AUTO(buf_clear) struct buf text = BUF(FETCH_FACTS_MAX);
    const struct {
        const char *name;
        str value;
    } members[] = { { "hostname", ask->hostname },
                    { "platform", ask->platform },
                    { "version", ask->version },
                    { "image", ask->image },
                    { "product", ask->product },
                    { "image_checksum", ask->image_sum },
                    { "asdm_checksum", ask->asdm_sum },
                    { "config_checksum", ask->config_sum },
                    { "running_checksum", ask->running_sum } };
    size_t n = 0;

    for (size_t i = 0; i < COUNT(members); i++) {
        if (members[i].value.n == 0)
            continue;
        jval_set_text(facts, members[i].name, members[i].value);
        n++;
    }
    if (n == 0)
        return STR("");
    jval_print(facts, &text);
    return text.over ? STR("") : arena_str(arena, buf_str(&text));
}

static int gate_ask(struct request *req, struct response *res, struct err *err)
{
    struct visit visit = { .req = req, .res = res };
    struct db *db = req->core->db;
    int rc = wire_read(&shape_ask, req->body, &req->arena, &visit.ask, err);

    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0) {
        visit.facts = facts_of(&visit.ask, &req->arena);
        rc = dispatch(&visit, err);
    }
    if (rc == 0)
        rc = keep(&visit, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc == 0)
        log_debug("gate.request",
                  LOG_TEXT("kind",
                           str_c(ask_kind_name((enum ask_kind)visit.ask.kind))),
                  LOG_TEXT("peer", req->peer), LOG_I64("status", res->status),
                  LOG_TEXT("outcome", visit.outcome));
    /* What went wrong here is nothing for a device to read. */
    return rc == 0 ? 0
                   : refuse(req, 500, NULL, err, rc, "%s",
                            arena_c(&req->arena, str_c(err_text(err))));
}

static const struct route rows[] = {
    { METHOD_POST, GATE_PATH, DOOR_DEVICE, .body_max = REQUEST_INLINE_MAX,
      .handler = gate_ask,
      .summary = "What a network device that fetches said." },
};
const struct route_table routes_gate = { rows, COUNT(rows) };
