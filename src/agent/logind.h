/* SPDX-License-Identifier: Apache-2.0
 *
 * Restarting through systemd's logind, so that whoever holds an inhibitor
 * (a running backup, an unsaved document) is respected; and telling users.
 */
#ifndef AGENT_LOGIND_H
#define AGENT_LOGIND_H

#include "base/str.h"

/* E_INVALID: somebody blocks it; the sentence says who and why. E_ABSENT: no
 * logind here. 0: the system goes down. */
int logind_reboot(struct err *err) MUST_CHECK;

/* Tells everyone who is logged in: on terminals, and on desktops where there
 * is a service for notifications. */
int logind_warn(str text, struct err *err) MUST_CHECK;

#endif
