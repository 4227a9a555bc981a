/* SPDX-License-Identifier: Apache-2.0
 *
 * The core process: opens the store, wires the parts together, answers.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "server/core_front.h"
#include "server/courier.h"
#include "server/core_signer.h"
#include "server/people.h"
#include "server/roles_int.h"
#include "store/schema.h"

struct core_state {
    struct core core;
    struct core_front *front;
    struct core_signer *signer;
};

static int open_store(struct process *process, struct core *core,
                      struct err *err)
{
    AUTO(buf_clear) struct buf url = BUF(8192);
    const struct config *config = process->config;
    int rc;

    if (config->database.n > 0)
        buf_add(&url, config->database);
    else
        buf_printf(&url, "sqlite:%" PRIstr "/holdfast.db",
                   ARGstr(config->data));
    rc = db_open(buf_c(&url), &core->db, err);
    if (rc == 0)
        rc = schema_migrate(core->db, 0, clock_now(), err);
    return rc;
}

static int send_errand(void *ctx, enum errand_kind kind, const void *errand,
                       struct err *err)
{
    static const enum message_kind kinds[] = { MESSAGE_FETCH, MESSAGE_LDAP,
                                               MESSAGE_MAIL };

    return process_send(ctx, ROLE_COURIER, kinds[kind], errand, -1, err);
}

/* What each area needs at the start, in the order of need. */
static int wire(struct core *core, struct err *err)
{
    int64_t now = clock_now();

    return people_start(core, core->config->data, now, err);
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
    state->front = core_front_new(process, core);
    core->front = core_front_frontier(state->front);
    core->courier = courier_new(process->loop, send_errand, process);
    rc = open_store(process, core, err);
    state->signer = core_signer_new(core);
    return rc < 0 ? rc : wire(core, err);
}

int core_message(struct process *process, enum role from,
                 struct message *message, struct err *err)
{
    struct core_state *state = process->state;

    switch (from) {
    case ROLE_FRONT:
        return core_front_message(state->front, message, err);
    case ROLE_COURIER:
        courier_answer(state->core.courier, message->value);
        return 0;
    case ROLE_SIGNER:
        return core_signer_message(state->signer, message, err);
    default:
        return err_set(err, E_INVALID, "nobody of the core's");
    }
}

void core_link(struct process *process, enum role other, bool up)
{
    struct core_state *state = process->state;

    if (other == ROLE_FRONT && !up)
        core_front_lost(state->front);
    if (other == ROLE_COURIER && !up)
        courier_lost(state->core.courier);
    if (other == ROLE_SIGNER && up)
        core_signer_up(state->signer);
}

void core_stop(struct process *process)
{
    struct core_state *state = process->state;

    core_front_free(TAKE(state->front));
    core_signer_free(TAKE(state->signer));
    people_stop(&state->core);
    courier_free(TAKE(state->core.courier));
    db_closep(&state->core.db);
    loop_stop(process->loop, 0);
}
