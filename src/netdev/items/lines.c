/* SPDX-License-Identifier: Apache-2.0
 *
 * line: the answer to one command; global and section: lines of the running
 * configuration.
 */
#include "netdev/items/items_int.h"

static void give_line(struct network_source *s, struct oval_sink *sink,
                      str command, str text)
{
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "show_subcommand", command);
    oval_item_str(sink, "config_line", text);
    oval_item_end(sink);
}

/* "show version" may be written "version": the schema calls it the name of a
 * subcommand. */
static int find(struct network_source *s, str command,
                struct device_output *out)
{
    int rc = outputs_find(s->outputs, command, out, NULL);

    if (rc == 1 && !str_starts(command, STR("show ")))
        rc = outputs_find(
            s->outputs,
            arena_printf(&s->arena, "show %" PRIstr, ARGstr(command)), out,
            NULL);
    return rc;
}

/* Who may see the configuration may see everything: then a command that is
 * refused is one that the device does not have. */
static void line_of(struct network_source *s, struct oval_sink *sink,
                    str command)
{
    struct device_output output;
    int rc = find(s, command, &output);

    if (rc == 0 && !output.refused) {
        give_line(s, sink, command, output.text);
        return;
    }
    if (rc == 0 && s->has_config)
        return;
    oval_sink_flag(sink, OVAL_FLAG_NOT_COLLECTED);
    oval_sink_message(sink, OVAL_LEVEL_INFO,
                      rc == 0 ? "the device refused '%" PRIstr "'"
                              : "the device was not asked '%" PRIstr "'",
                      ARGstr(command));
}

void network_line(struct network_source *s, const struct oval_query *query,
                  struct oval_sink *sink)
{
    const struct oval_want *want = oval_query_want(query, "show_subcommand");

    if (want == NULL) {
        oval_sink_error(sink, "line_object has no show_subcommand");
        return;
    }
    oval_sink_trust(sink);
    if (want->operation == OVAL_EQUALS) {
        for (size_t i = 0; i < want->value_count; i++)
            line_of(s, sink, want->values[i]);
        return;
    }
    /* Which other commands would match, nobody can tell. */
    oval_sink_flag(sink, OVAL_FLAG_INCOMPLETE);
    for (size_t i = 0; i < s->outputs->list.n; i++) {
        const struct device_output *output = &s->outputs->list.p[i];

        if (!output->refused &&
            oval_sink_match(sink, want, output->command) == OVAL_TRUE)
            give_line(s, sink, output->command, output->text);
    }
}

void network_global(struct network_source *s, const struct oval_query *query,
                    struct oval_sink *sink)
{
    const struct oval_want *want = oval_query_want(query, "global_command");

    if (!network_has_config(s, sink))
        return;
    if (want == NULL) {
        oval_sink_error(sink, "global_object has no global_command");
        return;
    }
    oval_sink_trust(sink);
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        if (oval_sink_match(sink, want, n->line) != OVAL_TRUE)
            continue;
        oval_item_begin(sink, s->kind);
        oval_item_str(sink, "global_command", n->line);
        oval_item_end(sink);
    }
}

void network_section(struct network_source *s, const struct oval_query *query,
                     struct oval_sink *sink)
{
    const struct oval_want *want = oval_query_want(query, "section_command");

    if (!network_has_config(s, sink))
        return;
    if (want == NULL) {
        oval_sink_error(sink, "section_object has no section_command");
        return;
    }
    oval_sink_trust(sink);
    for (const struct config_node *n = s->config.root.first; n != NULL;
         n = n->next) {
        str text = n->text;

        if (n->first == NULL ||
            oval_sink_match(sink, want, n->line) != OVAL_TRUE)
            continue;
        oval_item_begin(sink, s->kind);
        oval_item_str(sink, "section_command", n->line);
        oval_item_str(sink, "section_config_lines", n->text);
        while (text.n > 0)
            oval_item_str(sink, "config_line", str_trim(str_cut(&text, '\n')));
        oval_item_end(sink);
    }
}
