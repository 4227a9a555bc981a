/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of the links in the directories of runlevels.
 */
#ifndef PROBE_RUNLEVEL_H
#define PROBE_RUNLEVEL_H

#include "base/str.h"

/* "S20ssh" is action 'S' on service "ssh". False: the name is no such link. */
bool runlevel_parse_link(str name, char *out_action, str *out_service);

#endif
