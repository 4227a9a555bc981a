/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "netdev/prepare.h"

static void tell(const struct prepare *prepare)
{
    for (size_t i = 0; i < prepare->notes.n; i++) {
        const struct prepare_note *note = &prepare->notes.p[i];

        fprintf(stderr, "%s: %" PRIstr " (%s)\n",
                note->is_warning ? "warning" : "note", ARGstr(note->text),
                note->rule);
    }
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(prepare_clear) struct prepare prepare = PREPARE;
    AUTO(buf_clear) struct buf text = BUF(PREPARE_JSON_MAX);
    AUTO(io_out_freep) struct io_out *out = NULL;
    const char *path = cli_value(cli, "json");
    const char *name;
    int rc;

    if (path == NULL)
        return err_set(err, E_USAGE, "--json FILE is missing");
    rc = input_read(path, &text, &name, err);
    if (rc < 0)
        return rc;
    rc = prepare_device(buf_str(&text), &prepare, err);
    if (rc < 0)
        return err_wrap(err, rc, "%s", name);
    if (!cli_has(cli, "quiet"))
        tell(&prepare);
    rc = io_out_open("-", &out, err);
    if (rc < 0)
        return rc;
    io_out_write(out, buf_str(&prepare.text));
    return io_out_finish(out, err);
}

static const struct cli_option options[] = {
    { "json", 0, "FILE",
      "The facts about the device; \"-\" is standard "
      "input" },
    { NULL },
};

const struct command command_device_prepare = {
    .name = "device prepare",
    .summary = "Print the commands that make a device manageable",
    .arguments = "--json FILE",
    .about =
        "Prints what to enter on a network device so that it can be managed: "
        "one command a line, for a person to enter or for a tool to load. "
        "Lines that begin with '!' ('#' for CatOS) are for the person: a "
        "question of the device with its answer, or what to compare. Nothing "
        "is contacted. Standard error has notes and warnings with the rule "
        "they come from; --quiet leaves them out. A member that is unknown or "
        "does not hold is refused with its name, the reason and the rule.\n\n"
        "FILE holds one object. For every device:\n\n"
        "  family      pix, asa, fwsm, ips, ios, ios-xe, catalyst, catos, frr\n"
        "  version     as 12.2(25)SEE2; decides what is allowed\n"
        "  model       as 2811\n"
        "  transport   ssl, ssh, telnet, http, tms; without it the family's\n"
        "              default for the version\n"
        "  device      \"new\" or \"existing\" (or new: true)\n"
        "  hostname, domain              needed for a new device\n"
        "  username, password            who shall log in\n"
        "  direct      true: the transport's commands beside aus or ce\n\n"
        "pix, asa, fwsm:\n\n"
        "  servers     [{\"ip\", \"netmask\", \"if_name\"}] or addresses\n"
        "  http_port   other than 443\n"
        "  enable_password\n"
        "  dialogue    time_zone, year, month, day, time, inside_ip,\n"
        "              inside_netmask\n"
        "  aus (ce)    ip, port, username, password, poll_period,\n"
        "              retry_count, retry_period, source,\n"
        "              verify_certificate, device_id: \"hardware-serial\",\n"
        "              \"hostname\", or {\"type\": \"ipaddress\" or\n"
        "              \"mac-address\", \"if_name\"}, {\"type\": \"string\",\n"
        "              \"text\"}\n\n"
        "ios, ios-xe, catalyst:\n\n"
        "  password_type   \"secret\" (default), 0, or 5, 8, 9 for a digest\n"
        "  privilege, enable_password\n"
        "  authorization   \"local\" (default) or \"aaa\"\n"
        "  aaa_lists       names of the AAA lists on the device\n"
        "  login_authentication, exec_authorization    lists for HTTPS\n"
        "  http_port\n"
        "  ssh             true: SSH beside HTTPS\n"
        "  login           \"aaa\" or \"local\"\n"
        "  modulus         360 to 4096, 2048 unless told\n"
        "  timeout         1 to 120 seconds\n"
        "  authentication_retries   0 to 5\n"
        "  vty             {\"first\", \"last\"}, 0 to 1180: only SSH there\n"
        "  ce              mode \"event-bus\": ip, password, event_encrypt,\n"
        "                  event_port, config_encrypt, exec_encrypt,\n"
        "                  exec_port, config_id, device_id\n"
        "                  mode \"call-home\": ip, encrypt, kron:\n"
        "                  {\"occurrence\", \"user\", \"in\": \"1:30\" or\n"
        "                  \"at\": \"23:59\" (month, day_of_month,\n"
        "                  day_of_week), \"recurrence\": \"oneshot\" or\n"
        "                  \"recurring\", \"policy_lists\": [names]}\n\n"
        "  licence         what installs one, and nothing else:\n"
        "                  {\"feature\", \"file\", \"server\", \"flash\"}, or\n"
        "                  {\"feature\", \"module\", \"evaluation\": true}\n\n"
        "ips:\n\n"
        "  sensor_name, ip, netmask, default_route, tls, web_server_port,\n"
        "  use_default_ports, access_list\n"
        "  licence         {\"file\", \"server\"}\n\n"
        "The activation key of a firewall is entered in ASDM: Configuration >\n"
        "Device Management > Licensing > Activation Key.\n\n"
        "  echo '{\"family\":\"asa\",\"servers\":[\"10.1.1.5\"]}' |\n"
        "      holdfast device prepare --json -",
    .options = options,
    .run = run,
};
