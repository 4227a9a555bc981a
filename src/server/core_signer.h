/* SPDX-License-Identifier: Apache-2.0
 *
 * The core's end of the signer: what is asked is waited for, because a job is
 * signed inside the transaction that queues it. And the agents, which learn
 * from the signer what to tell a device that enrols.
 */
#ifndef SERVER_CORE_SIGNER_H
#define SERVER_CORE_SIGNER_H

#include "server/core.h"
#include "server/message.h"

struct core_signer;

/* Sets core->signer, core->job_signer and core->agents. */
struct core_signer *core_signer_new(struct core *core);
void core_signer_free(struct core_signer *signer);
/* The link came up: it is asked for its public key and the authority. */
void core_signer_up(struct core_signer *signer);
int core_signer_message(struct core_signer *signer, struct message *message,
                        struct err *err) MUST_CHECK;

#endif
