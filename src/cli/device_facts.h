/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device says of itself, as the JSON that several commands print.
 */
#ifndef CLI_DEVICE_FACTS_H
#define CLI_DEVICE_FACTS_H

#include "base/json_write.h"
#include "netdev/show.h"

void device_facts_write(struct json_writer *w,
                        const struct device_facts *facts);

#endif
