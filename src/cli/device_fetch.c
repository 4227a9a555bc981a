/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"
#include "cli/commands.h"
#include "cli/device_many.h"
#include "cli/device_work.h"
#include "cli/help.h"
#include "cli/roster_load.h"
#include "netdev/archive.h"
#include "netdev/diff.h"

static int print_diff(struct cli *cli, str device, unsigned version,
                      const struct discovery *found, struct err *err)
{
    AUTO(buf_clear) struct buf old = BUF(CONFIG_TEXT_MAX);
    AUTO(buf_clear) struct buf out = BUF(CONFIG_TEXT_MAX);
    AUTO(buf_clear) struct buf names = BUF(1024);
    size_t cut;
    int rc;

    if (version <= 1)
        return 0;
    rc =
        archive_read(cli_value(cli, "archive"), device, version - 1, &old, err);
    if (rc < 0)
        return rc;
    buf_printf(&names, "%" PRIstr "/%u.cfg", ARGstr(device), version - 1);
    cut = names.n;
    buf_printf(&names, "%" PRIstr "/%u.cfg", ARGstr(device), version);
    rc = diff_unified(str_sub(buf_str(&names), 0, cut), buf_str(&old),
                      str_sub(buf_str(&names), cut, SIZE_MAX),
                      buf_str(&found->running), &out, err);
    return rc < 0 ? rc : help_print(&out, err);
}

static int keep(struct cli *cli, const struct discovery *found, struct err *err)
{
    const char *name = cli_value(cli, "name");
    str device = str_c(name != NULL ? name : cli->args.p[0]);
    unsigned version;
    bool is_new;
    int rc = archive_add(cli_value(cli, "archive"), device,
                         buf_str(&found->running), &version, &is_new, err);

    if (rc < 0)
        return rc;
    if (!cli_has(cli, "quiet"))
        fprintf(stderr, "%" PRIstr ": version %u%s\n", ARGstr(device), version,
                is_new ? "" : ", unchanged");
    rc = is_new ? print_diff(cli, device, version, found, err) : 0;
    return rc == 0 && is_new && cli_has(cli, "exit-code") ? CLI_FOUND : rc;
}

static int print(const struct discovery *found, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    io_out_write(out, buf_str(&found->running));
    return io_out_finish(out, err);
}

static int fetch_many(struct cli *cli, struct err *err)
{
    AUTO(reach_clear) struct reach common = { 0 };
    AUTO(roster_clear) struct roster roster = { 0 };
    struct many_result result = { 0 };
    const char *file = cli_value(cli, "inventory");
    size_t problems;
    int rc = reach_read(cli, NULL, &common, err);

    if (rc == 0 && cli_value(cli, "archive") == NULL)
        rc = err_set(err, E_USAGE,
                     "--inventory needs --archive DIR, where the "
                     "configurations are kept");
    if (rc == 0)
        rc = roster_load(cli, &file, 1, &roster, &problems, err);
    if (rc == 0)
        rc = many_fetch(cli, &common, &roster, &result, err);
    if (rc < 0)
        return rc;
    if (!cli_has(cli, "quiet"))
        fprintf(stderr, "%zu read, %zu changed, %zu failed, %zu down\n",
                result.read, result.changed, result.failed, result.passed_over);
    if (result.failed > 0)
        return err_set(err, E_IO, "%zu of %zu devices could not be read",
                       result.failed, roster.list.n);
    return result.changed > 0 && cli_has(cli, "exit-code") ? CLI_FOUND : 0;
}

static int fetch_one(struct cli *cli, struct err *err)
{
    AUTO(reach_clear) struct reach reach = { 0 };
    AUTO(discovery_clear)
    struct discovery found = DISCOVERY(NULL, DISCOVER_CONFIG);
    int rc = reach_read(cli, cli->args.p[0], &reach, err);

    if (rc < 0)
        return rc;
    found.family = reach.options.session.family;
    rc = device_read(cli, &reach, &found, err);
    if (rc < 0)
        return rc;
    return cli_value(cli, "archive") != NULL ? keep(cli, &found, err)
                                             : print(&found, err);
}

static int run(struct cli *cli, struct err *err)
{
    bool many = cli_value(cli, "inventory") != NULL;

    if (many != (cli->args.n == 0))
        return err_set(err, E_USAGE,
                       "name one HOST, or many with --inventory FILE");
    return many ? fetch_many(cli, err) : fetch_one(cli, err);
}

static const struct cli_option options[] = {
    REACH_OPTIONS,
    { "inventory", 0, "FILE", "Read every device of this list" },
    { "parallel", 0, "N", "So many of them at a time (default: 20)" },
    ROSTER_OPTIONS,
    { "archive", 0, "DIR",
      "Keep it there as a version of this device, and "
      "print what changed" },
    { "name", 0, "NAME",
      "What the device is called in the archive; without "
      "it HOST" },
    { "exit-code", 0, NULL, "With --archive, end with 1 when it changed" },
    TRANSCRIPT_OPTION,
    { NULL },
};

const struct command command_device_fetch = {
    .name = "device fetch",
    .summary = "Read the running configuration of a network device",
    .arguments = "HOST | --inventory FILE",
    .about =
        "Prints the running configuration without the lines that change by "
        "themselves (times, sizes), so that two readings of an unchanged "
        "device are alike. One that was cut off is refused. With --archive it "
        "becomes DIR/HOST/N.cfg when it differs from the newest version there, "
        "and the difference is printed. Only the owner may read what is kept: "
        "configurations hold secrets.\n\n"
        "  holdfast device fetch --family frr --user netop --archive configs "
        "\\\n"
        "      10.0.0.1\n"
        "  holdfast device fetch --inventory router.db --format rancid \\\n"
        "      --logins .cloginrc --archive configs --parallel 50\n\n"
        "With --inventory, what a row says of a device goes before the "
        "options. "
        "Without --trust-first a device needs its host key, in the column "
        "host_key of a CSV table. One that cannot be read is told, and the "
        "others go on.",
    .options = options,
    .args_min = 0,
    .args_max = 1,
    .run = run,
};
