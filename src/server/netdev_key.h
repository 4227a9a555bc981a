/* SPDX-License-Identifier: Apache-2.0
 *
 * The file with the keys that open credentials of network devices, and where
 * its passphrase comes from. The file is not in the database and in none of
 * its backups.
 *
 *   the keys        the systemd credential "netdev.key", else the file
 *                   netdev.key_file (DATA/keys/netdev.key), made when absent
 *   the passphrase  the systemd credential "netdev.passphrase", else the file
 *                   netdev.passphrase_file, else none
 *
 * systemd decrypts a credential for this service only, by the machine's TPM
 * where it has one (LoadCredentialEncrypted=).
 */
#ifndef SERVER_NETDEV_KEY_H
#define SERVER_NETDEV_KEY_H

#include "server/commands.h"
#include "trust/box.h"

int netdev_key_load(struct config *config, struct box_ring *out,
                    struct err *err) MUST_CHECK;

/* holdfastd netdev-key. After it the process netdev is to be started again. */
int command_netdev_key(struct server_terms *terms, struct err *err) MUST_CHECK;

#endif
