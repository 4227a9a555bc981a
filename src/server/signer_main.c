/* SPDX-License-Identifier: Apache-2.0
 *
 * The signer process: orders from the core, one answer each. It opens its
 * keys before the sandbox closes and nothing after that.
 */
#include "base/clock.h"
#include "base/log.h"
#include "server/roles_int.h"
#include "server/signer.h"

int signer_start(struct process *process, struct err *err)
{
    return signing_open(config_path(process->config, "keys"),
                        (struct signing **)&process->state, err);
}

/* Certificates are few and each is told; jobs are in the store. */
static void log_order(const struct sign_order *order,
                      const struct sign_answer *answer)
{
    if (answer->code < 0)
        log_warn("signer.refused", LOG_I64("kind", order->kind),
                 LOG_TEXT("reason", answer->text));
    else if (order->kind == SIGN_CERT)
        log_info("signer.certificate", LOG_I64("device", order->device));
}

int signer_message(struct process *process, enum role from,
                   struct message *message, struct err *err)
{
    struct sign_answer answer;

    if (from != ROLE_CORE || message->kind != MESSAGE_SIGN)
        return err_set(err, E_INVALID, "an order that is none");
    signing_answer(process->state, message->value, clock_now(), message->arena,
                   &answer);
    log_order(message->value, &answer);
    return process_send(process, ROLE_CORE, MESSAGE_SIGNED, &answer, -1, err);
}

void signer_link(struct process *process, enum role other, bool up)
{
    (void)process;
    (void)other;
    (void)up;
}

void signer_stop(struct process *process)
{
    signing_close(TAKE(process->state));
    loop_stop(process->loop, 0);
}
