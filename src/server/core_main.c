/* SPDX-License-Identifier: Apache-2.0
 *
 * The core process: opens the store, wires the parts together, answers.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "server/agents.h"
#include "server/assessor.h"
#include "server/backups.h"
#include "server/cluster.h"
#include "server/content_ship.h"
#include "server/core_front.h"
#include "server/core_signer.h"
#include "server/courier.h"
#include "server/events.h"
#include "server/helper.h"
#include "server/images.h"
#include "server/label_worker.h"
#include "server/limits.h"
#include "server/metrics.h"
#include "server/netassess.h"
#include "server/netdevs.h"
#include "server/patcher.h"
#include "server/people.h"
#include "server/reader.h"
#include "server/release.h"
#include "server/reports.h"
#include "server/roles_int.h"
#include "server/scheduler.h"
#include "server/store_commands.h"
#include "server/wake.h"
#include "store/schema.h"

struct core_state {
    struct core core;
    struct core_front *front;
    struct core_front *gate; /* its requests are never held */
    struct core_signer *signer;
    char *content; /* folder of the packs */
    char *data;
};

static int open_store(struct process *process, struct core *core,
                      struct err *err)
{
    AUTO(buf_clear) struct buf url = BUF(8192);
    int rc;

    /* SQLite's sorting goes where we may write. */
    buf_printf(&url, "%" PRIstr "/tmp", ARGstr(process->config->data));
    setenv("SQLITE_TMPDIR", buf_c(&url), 1);
    buf_reset(&url);
    store_url(process->config, &url);
    rc = db_open(buf_c(&url), &core->db, err);
    if (rc == 0)
        rc = db_use(core->db, false, err);
    if (rc == 0)
        rc = schema_migrate(core->db, 0, clock_now(), err);
    if (rc == 0)
        rc = cluster_new(core, buf_c(&url), &core->cluster, err);
    if (rc == 0 && cluster_take_packs(core, err) < 0)
        log_error("cluster.no_pack", LOG_TEXT("why", str_c(err_text(err))));
    return rc;
}

static int send_errand(void *ctx, enum errand_kind kind, const void *errand,
                       struct err *err)
{
    static const enum message_kind kinds[] = { MESSAGE_FETCH, MESSAGE_LDAP,
                                               MESSAGE_MAIL, MESSAGE_WAKE };

    return process_send(ctx, ROLE_COURIER, kinds[kind], errand, -1, err);
}

static int send_document(void *ctx, const struct message_read *order, int fd,
                         struct err *err)
{
    return process_send(ctx, ROLE_READER, MESSAGE_READ, order, fd, err);
}

static int send_device(void *ctx, enum netdev_send_kind kind, const void *value,
                       struct err *err)
{
    static const enum message_kind kinds[] = {
        [NETDEV_SEND_ORDER] = MESSAGE_DEVICE_ORDER,
        [NETDEV_SEND_GO_ON] = MESSAGE_DEVICE_GO_ON,
        [NETDEV_SEND_STOP] = MESSAGE_DEVICE_STOP,
        [NETDEV_SEND_RESEAL] = MESSAGE_DEVICE_RESEAL,
        [NETDEV_SEND_UNSEAL] = MESSAGE_DEVICE_UNSEAL,
    };

    return process_send(ctx, ROLE_NETDEV, kinds[kind], value, -1, err);
}

static void inventory_arrived(struct core *core, int64_t device)
{
    assessor_device_changed(core, device);
    cluster_tell(core, CLUSTER_DEVICE, device);
}

static void results_arrived(struct core *core, int64_t device, int64_t run)
{
    (void)run;
    inventory_arrived(core, device);
}

/* An optional package: who logs in without it is told. */
static void start_saml(struct core *core)
{
    struct err err = { 0 };

    if (helper_start("saml", &core->saml, &err) < 0)
        log_info("saml.none", LOG_TEXT("why", str_c(err_text(&err))));
}

/* What each area needs at the start, in the order of need. */
static int wire(struct core_state *state, struct err *err)
{
    AUTO(buf_clear) struct buf content = BUF(8192);
    struct core *core = &state->core;
    int64_t now = clock_now();
    int rc = people_start(core, core->config->data, now, err);

    if (rc < 0)
        return rc;
    buf_printf(&content, "%" PRIstr "/content", ARGstr(core->config->data));
    state->content = mem_alloc(content.n + 1, 1);
    memcpy(state->content, content.p, content.n);
    state->data = mem_alloc(core->config->data.n + 1, 1);
    memcpy(state->data, core->config->data.p, core->config->data.n);
    core->metrics = metrics_new();
    core->limits =
        limits_new(core->config->token_rate, core->config->token_rate * 10);
    core->events = events_new(core);
    core->labels = label_worker_new(core);
    core->reader = reader_new(send_document, core->process);
    core->assessor = assessor_new(core, state->content);
    core->scheduler = scheduler_new(core);
    core->releases = releases_new(core, state->data);
    core->patcher = patcher_new(core, core->config->data);
    core->netdevs = netdevs_new(core, send_device, core->process);
    core->images = images_new(core);
    core->netassess = netassess_new(core);
    reports_start(core, core->config->data);
    reports_run(core);
    start_saml(core);
    backups_start(core);
    agents_on_inventory(core->agents, inventory_arrived);
    agents_on_inventory(core->agents, patcher_inventory);
    agents_on_results(core->agents, results_arrived);
    core->content_watch = content_ship(core);
    return 0;
}

static int read_done(struct core *core, struct message *message,
                     struct err *err)
{
    if (message->kind != MESSAGE_READ_DONE)
        return err_set(err, E_INVALID, "the reader answers only");
    return reader_answer(core->reader, message->value, &message->fd, err);
}

static int netdev_said(struct core *core, struct message *message,
                       struct err *err)
{
    switch (message->kind) {
    case MESSAGE_DEVICE_KEYS:
        return netdevs_keys(core, message->value, err);
    case MESSAGE_DEVICE_TOLD:
        return netdevs_told(core, message->value, err);
    case MESSAGE_DEVICE_TOUCHED:
        return netdevs_touched(core, message->value, err);
    case MESSAGE_DEVICE_REPORT:
        return netdevs_report(core, message->value, err);
    case MESSAGE_DEVICE_RESEALED:
        return netdevs_resealed(core, message->value, err);
    case MESSAGE_DEVICE_UNSEALED:
        return netdevs_unsealed(core, message->value, err);
    default:
        return err_set(err, E_INVALID, "netdev reports only");
    }
}

int core_start(struct process *process, struct err *err)
{
    struct core_state *state = mem_alloc(1, sizeof(*state));
    struct core *core = &state->core;
    int rc;

    process->state = state;
    core->loop = process->loop;
    core->process = process;
    core->config = process->config;
    core->check_answers = process->config->check_answers;
    state->front = core_front_new(process, ROLE_FRONT, core);
    state->gate = core_front_new(process, ROLE_GATE, core);
    core->front = core_front_frontier(state->front);
    core->courier = courier_new(process->loop, send_errand, process);
    rc = open_store(process, core, err);
    state->signer = core_signer_new(core);
    return rc < 0 ? rc : wire(state, err);
}

int core_message(struct process *process, enum role from,
                 struct message *message, struct err *err)
{
    struct core_state *state = process->state;

    switch (from) {
    case ROLE_FRONT:
        return core_front_message(state->front, message, err);
    case ROLE_GATE:
        return core_front_message(state->gate, message, err);
    case ROLE_COURIER:
        courier_answer(state->core.courier, message->value);
        return 0;
    case ROLE_READER:
        return read_done(&state->core, message, err);
    case ROLE_NETDEV:
        return netdev_said(&state->core, message, err);
    case ROLE_SIGNER:
        return core_signer_message(state->signer, message, err);
    case ROLE_SUPERVISOR:
        return backups_done(&state->core, message->value, err);
    default:
        return err_set(err, E_INVALID, "nobody of the core's");
    }
}

void core_link(struct process *process, enum role other, bool up)
{
    struct core_state *state = process->state;

    if (other == ROLE_FRONT && !up)
        core_front_lost(state->front);
    if (other == ROLE_GATE && !up)
        core_front_lost(state->gate);
    if (other == ROLE_COURIER && !up)
        courier_lost(state->core.courier);
    if (other == ROLE_READER && up)
        reader_up(state->core.reader);
    if (other == ROLE_READER && !up)
        reader_lost(state->core.reader);
    if (other == ROLE_NETDEV && !up)
        netdevs_lost(&state->core);
    if (other == ROLE_SIGNER && up)
        core_signer_up(state->signer);
}

void core_stop(struct process *process)
{
    struct core_state *state = process->state;

    reports_stop(&state->core);
    wake_stop(&state->core);
    cluster_free(TAKE(state->core.cluster));
    releases_free(TAKE(state->core.releases));
    helper_free(TAKE(state->core.saml));
    scheduler_free(TAKE(state->core.scheduler));
    patcher_free(TAKE(state->core.patcher));
    netassess_free(TAKE(state->core.netassess));
    netdevs_free(TAKE(state->core.netdevs));
    images_free(TAKE(state->core.images));
    assessor_free(TAKE(state->core.assessor));
    events_free(TAKE(state->core.events));
    metrics_free(TAKE(state->core.metrics));
    limits_free(TAKE(state->core.limits));
    reader_free(TAKE(state->core.reader));
    core_front_free(TAKE(state->front));
    core_front_free(TAKE(state->gate));
    core_signer_free(TAKE(state->signer));
    label_worker_free(TAKE(state->core.labels));
    people_stop(&state->core);
    courier_free(TAKE(state->core.courier));
    db_closep(&state->core.db);
    mem_freep(&state->content);
    mem_freep(&state->data);
    loop_stop(process->loop, 0);
}
