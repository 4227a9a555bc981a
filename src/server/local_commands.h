/* SPDX-License-Identifier: Apache-2.0
 *
 * What who may write the data directory may ask without logging in: a token
 * for a device, and what the store says of the devices. Beside a server that
 * runs.
 */
#ifndef SERVER_LOCAL_COMMANDS_H
#define SERVER_LOCAL_COMMANDS_H

#include "server/commands.h"

int command_enrol_token(struct server_terms *terms, struct err *err) MUST_CHECK;
int command_status(struct server_terms *terms, struct err *err) MUST_CHECK;

/* For who publishes: the file of server/release.h on standard output, the
 * public key on standard error. */
int command_release_sign(struct server_terms *terms,
                         struct err *err) MUST_CHECK;

#endif
