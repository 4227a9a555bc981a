/* SPDX-License-Identifier: Apache-2.0
 *
 * The visits by protocol: what the machines of netdev/servers decide, done.
 */
#include "netdev/servers/aus.h"
#include "netdev/servers/cns.h"
#include "netdev/servers/pnp.h"
#include "server/gate_int.h"

/* --- AUS -------------------------------------------------------------------
 */

/* A report to the error URL is under the token of what was fetched. */
static int find_by_token(struct visit *visit, struct err *err)
{
    struct request *req = visit->req;
    struct staged staged;
    struct scope scope;
    int rc = staged_by_token(req->core->db, visit->ask.correlator, &req->arena,
                             &staged, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    scope = scope_system(staged.org);
    rc = fetcher_get(req->core->db, &scope, staged.device, &req->arena,
                     &visit->fetcher, err);
    if (rc == 0)
        rc = netdev_server_get(req->core->db, &scope, visit->fetcher.server,
                               &req->arena, &visit->server, err);
    visit->org = staged.org;
    visit->known = rc == 0;
    return rc;
}

static str error_url(struct visit *visit)
{
    struct arena *arena = &visit->req->arena;
    str base = fetching_base(&visit->server, arena);

    for (size_t i = STAGE_KINDS; i > 0; i--) {
        if (visit->open[i - 1].id != 0)
            return arena_printf(arena, "%" PRIstr "/fetch/%" PRIstr "/error",
                                ARGstr(base), ARGstr(visit->open[i - 1].token));
    }
    return arena_printf(arena, "%" PRIstr "/autoupdate/AutoUpdateServlet",
                        ARGstr(base));
}

static int find_aus(struct visit *visit, struct err *err)
{
    return visit->ask.kind == ASK_PROBLEM && visit->ask.correlator.n > 0
               ? find_by_token(visit, err)
               : visit_find(visit, err);
}

int visit_aus(struct visit *visit, struct err *err)
{
    struct aus_answer answer;
    int rc = find_aus(visit, err);

    if (rc < 0)
        return rc;
    if (!visit->known) {
        visit->outcome = STR("no such device-id with this password, or not "
                             "from this network");
        visit->res->login = STR("Basic realm=\"holdfast\"");
        visit_answer(visit, 401, "who are you?\n");
        return 0;
    }
    rc = visit_load(visit, err);
    if (rc < 0)
        return rc;
    aus_decide(&visit->stage, &visit->ask, visit->req->now, &visit->req->arena,
               &answer);
    rc = visit_apply(visit, &answer.changes, err);
    if (rc < 0)
        return rc;
    if (visit->ask.kind == ASK_PROBLEM) {
        visit_answer(visit, 200, "noted\n");
        return 0;
    }
    visit_xml(visit);
    aus_write(&visit->stage, &answer, error_url(visit), &visit->res->body);
    if (visit->outcome.n == 0)
        visit->outcome = answer.offer[STAGE_IMAGE] ||
                                 answer.offer[STAGE_ASDM] ||
                                 answer.offer[STAGE_CONFIG]
                             ? STR("told what to fetch")
                             : STR("nothing to fetch");
    return 0;
}

/* --- CNS -------------------------------------------------------------------
 */

static void no_job(struct visit *visit, const struct cns_answer *answer)
{
    visit_answer(visit, 200, "! nothing is to be done\n");
    if (answer->wrong_page)
        visit->outcome = arena_printf(&visit->req->arena,
                                      "asked for the page %" PRIstr
                                      ", not for /cns/JobbedDynaConfig "
                                      "(R-CNC-7): it gets no job",
                                      ARGstr(visit->ask.topic));
    else
        visit->outcome = STR("nothing is staged");
}

int visit_cns(struct visit *visit, struct err *err)
{
    struct cns_answer answer;
    int rc;

    if (!visit->known) {
        visit->outcome = visit->ask.identity.n == 0
                             ? STR("it did not tell its ConfigID where we "
                                   "look for it")
                             : STR("no such ConfigID, or not from this "
                                   "network");
        visit_answer(visit, 404, "there is no such device\n");
        return 0;
    }
    rc = visit_load(visit, err);
    if (rc < 0)
        return rc;
    cns_decide(&visit->stage, &visit->ask, visit->req->now, &visit->req->arena,
               &answer);
    rc = visit_apply(visit, &answer.changes, err);
    if (rc < 0)
        return rc;
    if (visit->ask.kind == ASK_STATUS) {
        if (answer.replayed)
            visit->outcome = STR("a status of nothing that was fetched");
        visit_answer(visit, 200, "");
        return 0;
    }
    if (answer.give)
        return visit_give(visit, &visit->open[STAGE_CONFIG], err);
    no_job(visit, &answer);
    return 0;
}

/* --- Plug-n-Play -----------------------------------------------------------
 */

static int meet_stranger(struct visit *visit, struct err *err)
{
    struct request *req = visit->req;
    const struct ask *ask = &visit->ask;
    struct stranger stranger = { 0 };
    struct pnp_state state = { .version = STR("") };
    struct pnp_answer answer;
    int rc = stranger_find(req->core->db, visit->org, ask->identity,
                           &req->arena, &stranger, err);

    if (rc < 0)
        return rc;
    state.known = stranger.version.n > 0;
    state.asked = stranger.asked;
    pnp_decide(&visit->stage, &state, ask, req->now, &req->arena, &answer);
    stranger = (struct stranger){
        .org = visit->org,
        .server = visit->server.id,
        .serial = ask->identity,
        .product = ask->product,
        .hostname = answer.learned ? ask->hostname : STR(""),
        .version = answer.learned ? ask->version : STR(""),
        .platform = answer.learned ? ask->platform : STR(""),
        .asked = answer.work == PNP_DEVICE_INFO ? ask->correlator : STR(""),
        .address = req->peer,
        .last_seen = req->now,
    };
    rc = stranger_seen(req->core->db, &stranger, err);
    visit->outcome = rc == 1 ? STR("there are too many unclaimed devices")
                             : STR("nobody has claimed this device");
    if (rc < 0)
        return rc;
    visit_xml(visit);
    pnp_write(&visit->stage, &answer, ask, &visit->res->body);
    return 0;
}

static int note_offer(struct visit *visit, const struct pnp_answer *answer,
                      struct err *err)
{
    enum stage_kind kind =
        answer->work == PNP_IMAGE_INSTALL ? STAGE_IMAGE : STAGE_CONFIG;

    visit->asked =
        answer->work == PNP_DEVICE_INFO ? visit->ask.correlator : STR("");
    if (answer->work != PNP_IMAGE_INSTALL && answer->work != PNP_CONFIG_UPGRADE)
        return 0;
    visit->outcome = STR("given work");
    return staged_offered(visit->req->core->db, visit->stage.items[kind].id,
                          visit->ask.correlator, err);
}

/* The member of the facts that were told before. */
static str fact(struct visit *visit, const char *name)
{
    AUTO(jval_freep) struct jval *facts = NULL;

    if (visit->fetcher.facts.n == 0 ||
        jval_parse(visit->fetcher.facts, FETCH_FACTS_MAX, &facts, NULL) < 0)
        return STR("");
    return arena_str(&visit->req->arena,
                     jval_text(jval_get(facts, name), STR("")));
}

int visit_pnp(struct visit *visit, struct err *err)
{
    struct pnp_state state;
    struct pnp_answer answer;
    int rc;

    if (!visit->known && !visit_is_near(visit, &visit->server)) {
        visit_answer(visit, 404, "nothing is here\n");
        return 0;
    }
    if (!visit->known)
        return meet_stranger(visit, err);
    rc = visit_load(visit, err);
    if (rc < 0)
        return rc;
    state = (struct pnp_state){ .claimed = true,
                                .asked = visit->fetcher.asked,
                                .version = fact(visit, "version") };
    state.known = state.version.n > 0;
    pnp_decide(&visit->stage, &state, &visit->ask, visit->req->now,
               &visit->req->arena, &answer);
    if (!answer.learned)
        visit->facts = STR("");
    /* After a restart with another image it is asked again what it is. */
    if (visit->ask.kind == ASK_ANSWER && !answer.replayed &&
        str_eq_c(visit->ask.topic, "image-install"))
        visit->facts = STR("{}");
    rc = visit_apply(visit, &answer.changes, err);
    if (rc == 0)
        rc = note_offer(visit, &answer, err);
    if (rc < 0)
        return rc;
    if (answer.replayed)
        visit->outcome = STR("a response to no work that it was given");
    visit_xml(visit);
    pnp_write(&visit->stage, &answer, &visit->ask, &visit->res->body);
    return 0;
}
