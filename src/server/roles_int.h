/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of each role's row; see server/role.h.
 */
#ifndef SERVER_ROLES_INT_H
#define SERVER_ROLES_INT_H

#include "server/role.h"

/* front_main.c */
int front_start(struct process *process, struct err *err) MUST_CHECK;
int front_message(struct process *process, enum role from,
                  struct message *message, struct err *err) MUST_CHECK;
void front_link(struct process *process, enum role other, bool up);
void front_stop(struct process *process);

/* reader_main.c */
int reader_start(struct process *process, struct err *err) MUST_CHECK;
int reader_message(struct process *process, enum role from,
                   struct message *message, struct err *err) MUST_CHECK;
void reader_link(struct process *process, enum role other, bool up);

/* core_main.c */
int core_start(struct process *process, struct err *err) MUST_CHECK;
int core_message(struct process *process, enum role from,
                 struct message *message, struct err *err) MUST_CHECK;
void core_link(struct process *process, enum role other, bool up);
void core_stop(struct process *process);

/* courier_main.c */
int courier_start(struct process *process, struct err *err) MUST_CHECK;
int courier_message(struct process *process, enum role from,
                    struct message *message, struct err *err) MUST_CHECK;
void courier_link(struct process *process, enum role other, bool up);
void courier_stop(struct process *process);
/* netdev_main.c */
int netdev_start(struct process *process, struct err *err) MUST_CHECK;
int netdev_message(struct process *process, enum role from,
                   struct message *message, struct err *err) MUST_CHECK;
void netdev_link(struct process *process, enum role other, bool up);
void netdev_stop(struct process *process);

/* signer_main.c */
int signer_start(struct process *process, struct err *err) MUST_CHECK;
int signer_message(struct process *process, enum role from,
                   struct message *message, struct err *err) MUST_CHECK;
void signer_link(struct process *process, enum role other, bool up);
void signer_stop(struct process *process);

#endif
