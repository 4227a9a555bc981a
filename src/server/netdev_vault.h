/* SPDX-License-Identifier: Apache-2.0
 *
 * A command of the administrator's as a vault: started with the entry's name as
 * its last argument, it prints the secret: a password as one line, or a JSON
 * object {"password", "enable_password", "private_key"}. The process netdev may
 * start nothing; a process that it forked before it gave that up does, and
 * never sees more than names of entries.
 */
#ifndef SERVER_NETDEV_VAULT_H
#define SERVER_NETDEV_VAULT_H

#include "base/buf.h"
#include "base/loop.h"
#include "fleet/netdev_credential.h"

struct netdev_vault;
struct vault_question;

enum {
    VAULT_TIMEOUT_MS = 30000,
    VAULT_ANSWER_MAX = 256 << 10,
    VAULT_WORDS_MAX = 32, /* of the command */
};

/* command: words separated by blanks, the first an absolute path. */
int netdev_vault_start(str command, struct netdev_vault **out,
                       struct err *err) MUST_CHECK;
void netdev_vault_free(struct netdev_vault *vault);

/* secret is NULL when it failed; its texts live until the function returns.
 * Never called before netdev_vault_ask() returns. */
typedef void netdev_vault_done(void *ctx, const struct netdev_secret *secret,
                               const struct err *err);
struct vault_question *netdev_vault_ask(struct netdev_vault *vault,
                                        struct loop *loop, str entry,
                                        netdev_vault_done *done, void *ctx,
                                        struct err *err) MUST_CHECK;
/* done is not called any more. */
void netdev_vault_cancel(struct vault_question *question);

#endif
