/* SPDX-License-Identifier: Apache-2.0 */
#include "server/roles_int.h"

const struct role_row role_rows[ROLE_COUNT] = {
    [ROLE_SUPERVISOR] = { .name = "supervisor" },
    [ROLE_FRONT] = { .name = "front",
                     .start = front_start,
                     .message = front_message,
                     .link = front_link,
                     .stop = front_stop },
    [ROLE_CORE] = { .name = "core",
                    .start = core_start,
                    .message = core_message,
                    .link = core_link,
                    .stop = core_stop,
                    .network = true,
                    .files = true },
    [ROLE_COURIER] = { .name = "courier",
                       .start = courier_start,
                       .message = courier_message,
                       .link = courier_link,
                       .stop = courier_stop,
                       .network = true },
    [ROLE_SIGNER] = { .name = "signer",
                      .start = signer_start,
                      .message = signer_message,
                      .link = signer_link,
                      .stop = signer_stop },
};
