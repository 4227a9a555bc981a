/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:uname: uname(2). A directory runs no kernel: of one below a root only
 * the kind of machine is given, taken to be this one's. With this machine's
 * release an old kernel in an image would pass as one that is not running.
 *
 * The kernel does not tell a processor type apart from the machine class, so
 * both facts have its value.
 */
#include <errno.h>
#include <sys/utsname.h>

#include "probe/machine.h"

/* What is of the kernel that runs. */
static void give_running(const struct probe_machine *machine,
                         struct oval_sink *sink, const char *name,
                         const char *value)
{
    if (machine->live)
        oval_item_str(sink, name, str_c(value));
    else
        oval_item_status(sink, name, OVAL_STRING, OVAL_NOT_COLLECTED);
}

static int collect(struct probe_machine *machine,
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
    give_running(machine, sink, "node_name", name.nodename);
    oval_item_str(sink, "os_name", str_c(name.sysname));
    give_running(machine, sink, "os_release", name.release);
    give_running(machine, sink, "os_version", name.version);
    oval_item_str(sink, "processor_type", str_c(name.machine));
    oval_item_end(sink);
    if (!machine->live)
        oval_sink_message(sink, OVAL_LEVEL_INFO,
                          "a directory runs no kernel: its release and name "
                          "are not collected");
    return 0;
}

const struct probe probe_uname = {
    .object = "unix:uname",
    .collect = collect,
};
