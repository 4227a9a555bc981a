/* SPDX-License-Identifier: Apache-2.0
 *
 * A file of a device's answers, read in whatever form it may have, and every
 * kind of item collected from it. The answer of each command is found again.
 */
#include <stdlib.h>

#include "base/stream.h"
#include "netdev/items/source.h"
#include "oval/eval.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NS "http://oval.mitre.org/XMLSchema/oval-definitions-5"
#define EMPTY(family, name, id)                                                \
    "<" name "_object id='oval:t:obj:" id "' version='1' xmlns='" NS           \
    "#" family "'/>"
#define NAMED(family, name, entity, id)                                        \
    "<" name "_object id='oval:t:obj:" id "' version='1' xmlns='" NS           \
    "#" family "'><" entity " operation='pattern match'>.</" entity "></" name \
    "_object>"
static const char text[] =
    ("<oval_definitions xmlns='" NS
     "'><generator/><objects>" EMPTY("ios", "version55", "1") EMPTY(
         "iosxe", "version", "2") EMPTY("asa", "version",
                                        "3") EMPTY("pixos", "version", "4")
         EMPTY("catos", "version", "5") EMPTY("ios", "snmp", "6") NAMED(
             "ios", "line", "show_subcommand",
             "7") NAMED("iosxe", "global", "global_command",
                        "8") NAMED("ios", "section", "section_command",
                                   "9") NAMED("ios", "interface", "name",
                                              "10") NAMED("asa", "interface",
                                                          "name", "11")
             NAMED("ios", "acl", "name", "12") NAMED(
                 "asa",
                 "acl", "name", "13") NAMED("ios", "router", "protocol", "14")
                 NAMED("ios", "bgpneighbor", "neighbor", "15") NAMED(
                     "ios", "routingprotocolauthintf", "interface",
                     "16") NAMED("ios", "snmpcommunity", "name", "17")
                     NAMED("ios", "snmpgroup", "name", "18") NAMED(
                         "ios", "snmphost", "host",
                         "19") NAMED("ios", "snmpuser", "name", "20")
                         NAMED("ios", "snmpview", "name", "21") NAMED(
                             "asa", "class_map",
                             "name",
                             "22") NAMED("asa", "policy_map", "name", "23")
                             NAMED("asa", "service_policy", "name", "24") NAMED(
                                 "asa", "tcp_map",
                                 "name",
                                 "25") NAMED("asa", "snmp_host", "host", "26")
                                 NAMED("asa", "snmp_user", "name", "27") NAMED(
                                     "asa", "snmp_group", "name", "28")
                                     NAMED(
                                         "catos", "module", "module_number",
                                         "29") "</objects></oval_definitions>");

static struct oval_content *content_of(void)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    struct oval_content *content = NULL;

    if (stream_open_memory((str){ text, sizeof(text) - 1 }, "text", NULL,
                           &stream, NULL) < 0 ||
        oval_load(stream, NULL, NULL, &content, NULL) < 0)
        abort();
    return content;
}

static void collect(struct device_outputs *outputs,
                    const struct oval_content *content)
{
    AUTO(oval_eval_freep) struct oval_eval *eval = NULL;
    struct oval_source *source = NULL;

    if (network_source_new(outputs, &source, NULL) < 0)
        return;
    if (oval_eval_new(content, source, NULL, &eval, NULL) < 0 ||
        oval_eval_collect_all(eval, NULL) < 0)
        abort();
    oval_eval_freep(&eval);
    eval = NULL;
    oval_source_free(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct oval_content *content;
    AUTO(outputs_clear) struct device_outputs outputs = { 0 };
    str answers = { (const char *)data, size };
    size_t n;

    if (content == NULL)
        content = content_of();
    if (size > 0 && data[0] < family_count) {
        outputs.family = &families[data[0]];
        answers = str_sub(answers, 1, SIZE_MAX);
    }
    if (outputs_add_text(&outputs, STR("show_running-config.txt"), answers,
                         NULL) < 0)
        return 0;
    n = outputs.list.n;
    for (size_t i = 0; i < n; i++) {
        struct device_output found;

        if (outputs_find(&outputs, outputs.list.p[i].command, &found, NULL) !=
                0 ||
            (found.text.n > 0 && found.text.p[found.text.n - 1] != '\n'))
            abort();
    }
    collect(&outputs, content);
    return 0;
}
