/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"
#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/device_facts.h"
#include "cli/device_work.h"

static str or_null(str text)
{
    return text.n > 0 ? text : STR_NONE;
}

static void write_interfaces(struct json_writer *w,
                             const struct device_interfaces *interfaces)
{
    json_write_key(w, "interfaces");
    json_write_array(w);
    for (size_t i = 0; i < interfaces->list.n; i++) {
        const struct device_interface *at = &interfaces->list.p[i];

        json_write_object(w);
        json_write_member(w, "name", at->name);
        json_write_member(w, "state", at->state);
        json_write_member(w, "protocol", or_null(at->protocol));
        json_write_member(w, "address", or_null(at->address));
        json_write_member(w, "description", or_null(at->description));
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static int print(const struct discovery *found, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    json_write_object(w);
    json_write_key(w, "facts");
    device_facts_write(w, &found->facts);
    write_interfaces(w, &found->interfaces);
    json_write_member(w, "running_config", buf_str(&found->running));
    json_write_object_end(w);
    json_write_free(w);
    return io_out_finish(out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(reach_clear) struct reach reach = { 0 };
    AUTO(discovery_clear)
    struct discovery found = DISCOVERY(NULL, DISCOVER_ALL);
    int rc = reach_read(cli, cli->args.p[0], &reach, err);

    if (rc < 0)
        return rc;
    found.family = reach.options.session.family;
    rc = device_read(cli, &reach, &found, err);
    return rc < 0 ? rc : print(&found, err);
}

static const struct cli_option options[] = {
    REACH_OPTIONS,
    TRANSCRIPT_OPTION,
    { NULL },
};

const struct command command_device_discover = {
    .name = "device discover",
    .summary = "Read version, interfaces and configuration of a network "
               "device",
    .arguments = "--family FAMILY --user NAME HOST",
    .about =
        "Logs in to a network device and prints as JSON what it is and has: "
        "the facts of 'holdfast device facts', its interfaces, and its running "
        "configuration without the lines that change by themselves. Nothing is "
        "changed.\n\n"
        "  holdfast device discover --family ios --user admin 10.0.0.1",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
