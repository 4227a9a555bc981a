/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:dnscache: not collected on Linux. The kernel keeps no such cache, and
 * the daemons that may (systemd-resolved, nscd, dnsmasq, unbound) keep it in
 * their memory without a documented way to read it with its times to live.
 */
#include "probe/machine.h"

static int collect(struct probe_machine *machine UNUSED,
                   const struct oval_query *query UNUSED,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    oval_sink_flag(sink, OVAL_FLAG_NOT_COLLECTED);
    oval_sink_message(sink, OVAL_LEVEL_INFO,
                      "Linux has no DNS cache that can be read: resolver "
                      "daemons keep theirs in memory");
    return 0;
}

const struct probe probe_dnscache = {
    .object = "unix:dnscache",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
