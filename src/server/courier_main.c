/* SPDX-License-Identifier: Apache-2.0
 *
 * The courier process: errands in, answers out.
 */
#include "base/log.h"
#include "base/mem.h"
#include "http/address.h"
#include "server/courier_run.h"
#include "server/roles_int.h"

static void send_back(void *ctx, const struct errand_return *answer)
{
    struct err err = { 0 };

    if (process_send(ctx, ROLE_CORE, MESSAGE_RETURN, answer, -1, &err) < 0)
        log_warn("courier.answer_lost",
                 LOG_TEXT("error", str_c(err_text(&err))));
}

int courier_start(struct process *process, struct err *err)
{
    int rc = address_list_check(process->config->outbound_allow, err);

    if (rc < 0)
        return err_wrap(err, rc, "outbound.allow");
    process->state = runner_new(process->loop, process->config->outbound_allow,
                                send_back, process);
    return 0;
}

int courier_message(struct process *process, enum role from,
                    struct message *message, struct err *err)
{
    if (from != ROLE_CORE)
        return err_set(err, E_INVALID, "only the core sends errands");
    switch (message->kind) {
    case MESSAGE_FETCH:
        runner_fetch(process->state, message->value);
        return 0;
    case MESSAGE_LDAP:
        runner_ldap(process->state, message->value);
        return 0;
    case MESSAGE_MAIL:
        runner_mail(process->state, message->value);
        return 0;
    case MESSAGE_WAKE:
        runner_wake(process->state, message->value);
        return 0;
    default:
        return err_set(err, E_INVALID, "this is no errand");
    }
}

void courier_link(struct process *process, enum role other, bool up)
{
    (void)process;
    (void)other;
    (void)up;
}

void courier_stop(struct process *process)
{
    runner_free(process->state);
    process->state = NULL;
    loop_stop(process->loop, 0);
}
