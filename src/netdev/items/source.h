/* SPDX-License-Identifier: Apache-2.0
 *
 * The `network` source of the OVAL engine: items of a network device, from
 * what it answered (netdev/outputs.h). One file a group of kinds, one row a
 * kind in table.c; the schemas are those of OVAL 5.11.2 for ios, iosxe, asa,
 * pixos and catos, and independent:family.
 *
 * - A command that was not asked is "not collected": what depends on it is
 *   unknown, never false. A command that the device does not have gives no
 *   items.
 * - A kind of another family (asa:version of a router) is not applicable.
 *   IOS and IOS XE are one command language: content for either is evaluated
 *   on both, but for iosxe:version, which IOS does not have.
 * - The answer to a command is one item of kind "line", as the STIGs and
 *   Cisco's own definitions expect; in its text ^ and $ match at every line,
 *   as the older definitions of MITRE expect.
 */
#ifndef NETDEV_ITEMS_SOURCE_H
#define NETDEV_ITEMS_SOURCE_H

#include "netdev/outputs.h"
#include "oval/content.h"
#include "oval/source.h"

/* The outputs are borrowed and must outlive the source. E_INVALID when their
 * family is not known. */
int network_source_new(struct device_outputs *outputs, struct oval_source **out,
                       struct err *err) MUST_CHECK;

/* What is written of an evaluation has secrets masked (netdev/mask.h); after
 * this it has not. */
void network_source_tell_secrets(struct oval_source *source);

/* What a device has to be asked so that content can be evaluated on it, each
 * command once, in the order of the content. Only what
 * outputs_check_command() allows: content is not trusted to have anything
 * else sent. */
struct network_commands {
    VEC(str) list;  /* in the arena */
    size_t refused; /* commands of the content that are not allowed */
    struct arena arena;
};
void network_commands_add(struct network_commands *commands,
                          const struct family *family,
                          const struct oval_content *content);
void network_commands_clear(struct network_commands *commands);

/* "ios", "iosxe", "asa", "pixos", "catos" as independent:family and the
 * affected family of definitions say it; "undefined" for others. */
const char *network_oval_family(const struct family *family);

#endif
