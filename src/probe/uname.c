/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:uname: uname(2). Below a root it is the same: a root is taken to run
 * under this machine's kernel, as a container does; what kernels are
 * installed in it, package tests tell.
 *
 * The kernel does not tell a processor type apart from the machine class, so
 * both facts have its value.
 */
#include <errno.h>
#include <sys/utsname.h>

#include "probe/machine.h"

static int collect(struct probe_machine *machine UNUSED,
                   const struct oval_query *query UNUSED,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    struct utsname name;

    if (uname(&name) < 0) {
        oval_sink_error(sink, "uname: %s", strerror(errno));
        return 0;
    }
    oval_item_begin(sink, "unix:uname");
    oval_item_str(sink, "machine_class", str_c(name.machine));
    oval_item_str(sink, "node_name", str_c(name.nodename));
    oval_item_str(sink, "os_name", str_c(name.sysname));
    oval_item_str(sink, "os_release", str_c(name.release));
    oval_item_str(sink, "os_version", str_c(name.version));
    oval_item_str(sink, "processor_type", str_c(name.machine));
    oval_item_end(sink);
    return 0;
}

const struct probe probe_uname = {
    .object = "unix:uname",
    .collect = collect,
};
