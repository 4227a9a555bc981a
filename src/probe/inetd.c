/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:inetd: the services of /etc/inetd.conf. A service is written
 * [ADDRESS:]NAME, a wait status WAIT[./]LIMIT and a user USER[.:]GROUP[/CLASS];
 * the facts are the parts that OVAL asks for.
 */
#include "probe/inetd.h"

#include "base/io.h"
#include "probe/machine.h"
#include "probe/word.h"

static const char path[] = "/etc/inetd.conf";

enum {
    FILE_MAX = 16 * 1024 * 1024
};

/* text up to the first of the two characters. */
static str head_of(str text, char a, char b)
{
    text = str_sub(text, 0, str_find_char(text, a));
    return str_sub(text, 0, str_find_char(text, b));
}

static str without_address(str service)
{
    for (size_t i = service.n; i > 0; i--)
        if (service.p[i - 1] == ':')
            return str_sub(service, i, service.n);
    return service;
}

int inetd_parse_line(str line, struct inetd_entry *out, struct err *err)
{
    struct inetd_entry entry = { 0 };

    line = str_trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return 1;
    entry.service = word_take(&line);
    if (line.n == 0 && str_ends(entry.service, STR(":")))
        return 1;
    entry.service = without_address(entry.service);
    entry.endpoint = word_take(&line);
    entry.protocol = word_take(&line);
    entry.wait = head_of(word_take(&line), '.', '/');
    entry.user = head_of(head_of(word_take(&line), '.', ':'), '/', '/');
    entry.program = word_take(&line);
    entry.arguments = str_trim(line);
    if (entry.program.n == 0)
        return err_set(err, E_PARSE,
                       "expected: service type protocol wait|nowait user "
                       "program arguments");
    if (!str_eq(entry.wait, STR("wait")) && !str_eq(entry.wait, STR("nowait")))
        return err_set(err, E_PARSE,
                       "expected 'wait' or 'nowait', found '%" PRIstr "'",
                       ARGstr(entry.wait));
    *out = entry;
    return 0;
}

/* endpoint_type is an enumeration: another text would make results invalid. */
static void give_endpoint(struct oval_sink *sink, str endpoint)
{
    static const char *const types[] = { "stream",    "dgram", "raw",
                                         "seqpacket", "tli",   "sunrpc_tcp",
                                         "sunrpc_udp" };

    for (size_t i = 0; i < COUNT(types); i++)
        if (str_eq_c(endpoint, types[i])) {
            oval_item_str(sink, "endpoint_type", endpoint);
            return;
        }
    oval_item_status(sink, "endpoint_type", OVAL_STRING, OVAL_STATUS_ERROR);
}

static void give(struct oval_sink *sink, const struct inetd_entry *entry)
{
    oval_item_begin(sink, "unix:inetd");
    oval_item_str(sink, "protocol", entry->protocol);
    oval_item_str(sink, "service_name", entry->service);
    oval_item_str(sink, "server_program", entry->program);
    if (entry->arguments.n == 0)
        oval_item_status(sink, "server_arguments", OVAL_STRING,
                         OVAL_DOES_NOT_EXIST);
    else
        oval_item_str(sink, "server_arguments", entry->arguments);
    give_endpoint(sink, entry->endpoint);
    oval_item_str(sink, "exec_as_user", entry->user);
    oval_item_str(sink, "wait_status", entry->wait);
    oval_item_end(sink);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query UNUSED,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(FILE_MAX);
    struct err why = { 0 };
    int rc = probe_read(machine, path, &text, &why);
    str rest = buf_str(&text);

    if (rc < 0 && rc != E_ABSENT)
        oval_sink_error(sink, "%s", err_text(&why));
    for (unsigned line = 1; rc == 0 && rest.n > 0; line++) {
        struct inetd_entry entry;
        int bad = inetd_parse_line(str_cut(&rest, '\n'), &entry, &why);

        if (bad < 0)
            oval_sink_message(sink, OVAL_LEVEL_WARNING,
                              "%s:%u: %s; inetd ignores the line", path, line,
                              err_text(&why));
        if (bad == 0)
            give(sink, &entry);
    }
    return 0;
}

const struct probe probe_inetd = {
    .object = "unix:inetd",
    .collect = collect,
};
