/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/items/source.h"

#include <string.h>

#include "netdev/items/items_int.h"
#include "netdev/mask.h"
#include "oval/address.h"

enum {
    GIVEN_MAX = 64 << 20, /* bytes of the items of one object */
};

/* --- Families --- */

/* By our name of a family: what OVAL calls it, and the schemas that speak of
 * such devices. */
static const struct {
    const char *family;
    const char *oval;
    const char *schemas[2];
} families_of[] = {
    { "asa", "asa", { "asa" } },
    { "catalyst", "ios", { "ios", "iosxe" } },
    { "catos", "catos", { "catos" } },
    { "fwsm", "asa", { "asa" } },
    { "ios", "ios", { "ios", "iosxe" } },
    { "ios-xe", "iosxe", { "ios", "iosxe" } },
    { "pix", "pixos", { "pixos" } },
};

const char *network_oval_family(const struct family *family)
{
    for (size_t i = 0; family != NULL && i < COUNT(families_of); i++)
        if (strcmp(families_of[i].family, family->name) == 0)
            return families_of[i].oval;
    return "undefined";
}

static bool speaks(const struct family *family, const char *schema)
{
    if (strcmp(schema, "independent") == 0)
        return true;
    for (size_t i = 0; i < COUNT(families_of); i++) {
        if (strcmp(families_of[i].family, family->name) != 0)
            continue;
        for (size_t k = 0; k < 2 && families_of[i].schemas[k] != NULL; k++)
            if (strcmp(families_of[i].schemas[k], schema) == 0)
                return true;
    }
    return false;
}

void network_family(struct network_source *s,
                    const struct oval_query *query UNUSED,
                    struct oval_sink *sink)
{
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "family",
                  str_c(network_oval_family(s->outputs->family)));
    oval_item_end(sink);
}

/* --- What the kinds share --- */

void network_not_collected(struct oval_sink *sink, const char *why)
{
    oval_sink_flag(sink, OVAL_FLAG_NOT_COLLECTED);
    oval_sink_message(sink, OVAL_LEVEL_INFO, "%s", why);
}

bool network_has_config(struct network_source *s, struct oval_sink *sink)
{
    if (!s->has_config)
        network_not_collected(sink, "the device was not asked for its running "
                                    "configuration");
    return s->has_config;
}

str network_text(struct network_source *s, const char *command)
{
    struct device_output output;

    if (outputs_find(s->outputs, str_c(command), &output, NULL) != 0 ||
        output.refused)
        return STR_NONE;
    return output.text;
}

void network_give_typed(struct oval_sink *sink, const char *name,
                        enum oval_datatype datatype, str value)
{
    if (value.n > 0)
        oval_item_typed(sink, name, datatype, value);
    else
        oval_item_status(sink, name, datatype, OVAL_DOES_NOT_EXIST);
}

void network_give(struct oval_sink *sink, const char *name, str value)
{
    network_give_typed(sink, name, OVAL_STRING, value);
}

void network_give_secret(struct network_source *s, struct oval_sink *sink,
                         const char *name, str value)
{
    if (value.n > 0)
        (void)map_add(&s->secrets, value, 1); /* a view of the configuration */
    network_give(sink, name, value);
}

void network_give_int(struct oval_sink *sink, const char *name, str value)
{
    int64_t number;

    if (str_to_i64(value, INT64_MIN, INT64_MAX, &number, NULL) == 0)
        oval_item_int(sink, name, number);
    else
        oval_item_status(sink, name, OVAL_INT, OVAL_DOES_NOT_EXIST);
}

void network_give_unknown(struct oval_sink *sink, const char *name,
                          enum oval_datatype datatype)
{
    oval_item_status(sink, name, datatype, OVAL_NOT_COLLECTED);
}

void network_give_one(struct oval_sink *sink, const char *name, str value,
                      const char *allowed)
{
    str rest = str_c(allowed);

    while (rest.n > 0) {
        str one = str_cut(&rest, '|');

        if (str_eq_nocase(one, value)) {
            oval_item_str(sink, name, one);
            return;
        }
    }
    network_give(sink, name, STR_NONE);
}

bool network_item_end(struct network_source *s, struct oval_sink *sink)
{
    s->given += oval_item_bytes(sink);
    if (s->given > GIVEN_MAX) {
        network_incomplete(sink, "what the configuration says of this takes "
                                 "more memory than it gets");
        return false;
    }
    oval_item_end(sink);
    return true;
}

void network_incomplete(struct oval_sink *sink, const char *why)
{
    oval_sink_flag(sink, OVAL_FLAG_INCOMPLETE);
    oval_sink_message(sink, OVAL_LEVEL_WARNING, "%s", why);
}

str line_word(str *text)
{
    size_t n = 0;
    str word;

    *text = str_trim(*text);
    while (n < text->n && text->p[n] != ' ' && text->p[n] != '\t')
        n++;
    word = str_sub(*text, 0, n);
    *text = str_trim(str_sub(*text, n, SIZE_MAX));
    return word;
}

bool line_take(str *text, const char *words)
{
    str rest = *text;
    str wanted = str_c(words);

    while (wanted.n > 0)
        if (!str_eq_nocase(line_word(&rest), line_word(&wanted)))
            return false;
    *text = rest;
    return true;
}

str line_after(str line, const char *words)
{
    return line_take(&line, words)
               ? (str){ line.p != NULL ? line.p : "", line.n }
               : STR_NONE;
}

const struct config_node *line_next(const struct config_node *node,
                                    const char *words, str *out_rest)
{
    for (; node != NULL; node = node->next) {
        *out_rest = node->line;
        if (line_take(out_rest, words))
            return node;
    }
    return NULL;
}

const struct config_node *section_find(const struct config_node *parent,
                                       const char *words)
{
    for (const struct config_node *n = parent->first; n != NULL; n = n->next) {
        str line = n->line;

        if (line_take(&line, words))
            return n;
    }
    return NULL;
}

str section_value(const struct config_node *parent, const char *words)
{
    const struct config_node *node = section_find(parent, words);

    return node != NULL ? line_after(node->line, words) : STR_NONE;
}

str network_cidr(struct network_source *s, str address, str mask)
{
    struct oval_address parsed;
    str text = arena_printf(&s->arena, "%" PRIstr "/%" PRIstr, ARGstr(address),
                            ARGstr(mask));

    if (oval_ipv4_parse(text, &parsed, NULL) < 0)
        return STR_NONE;
    return arena_printf(&s->arena, "%" PRIstr "/%u", ARGstr(address),
                        (unsigned)parsed.prefix);
}

/* --- The source --- */

static const struct network_kind *kind_of(str family, str name)
{
    for (size_t i = 0; i < network_kind_count; i++)
        if (str_eq_c(name, network_kinds[i].name) &&
            str_eq_c(family, network_kinds[i].family))
            return &network_kinds[i];
    return NULL;
}

static bool is_of_devices(str family)
{
    static const char *const all[] = { "ios", "iosxe", "asa", "pixos",
                                       "catos" };

    for (size_t i = 0; i < COUNT(all); i++)
        if (str_eq_c(family, all[i]))
            return true;
    return false;
}

static int collect(struct oval_source *source, const struct oval_query *query,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    struct network_source *s = (struct network_source *)source;
    const struct network_kind *kind = kind_of(query->family, query->name);

    if (kind == NULL) {
        if (is_of_devices(query->family))
            return 1;
        oval_sink_flag(sink, OVAL_FLAG_NOT_APPLICABLE);
        oval_sink_message(sink, OVAL_LEVEL_INFO,
                          "a network device has no %" PRIstr ":%" PRIstr,
                          ARGstr(query->family), ARGstr(query->name));
        return 0;
    }
    if (!speaks(s->outputs->family, kind->family)) {
        oval_sink_flag(sink, OVAL_FLAG_NOT_APPLICABLE);
        oval_sink_message(sink, OVAL_LEVEL_INFO,
                          "the device is of the family %s",
                          s->outputs->family->name);
        return 0;
    }
    s->given = 0;
    s->kind = arena_printf(&s->arena, "%s:%s", kind->family,
                           kind->item != NULL ? kind->item : kind->name)
                  .p;
    kind->collect(s, query, sink);
    return 0;
}

static str os_name(const struct network_source *s)
{
    return str_c(s->outputs->family->title);
}

static int get_system(struct oval_source *source, struct oval_system *out,
                      struct err *err UNUSED)
{
    const struct network_source *s = (const struct network_source *)source;
    str host = s->facts.hostname;

    if (host.n == 0 && s->has_config)
        host = section_value(&s->config.root, "hostname");
    *out = (struct oval_system){
        .os_name = os_name(s),
        .os_version = s->facts.version,
        .architecture = s->facts.model,
        .primary_host_name = host,
    };
    return 0;
}

static str conceal(struct oval_source *source, str value, struct arena *arena)
{
    const struct network_source *s = (const struct network_source *)source;
    AUTO(buf_clear) struct buf text = BUF(2 * value.n + 4096);

    if (s->tells_secrets)
        return value;
    if (map_get(&s->secrets, value) != MAP_NONE)
        return STR(MASKED);
    mask_text(value, NULL, 0, &text);
    if (text.over)
        return STR(MASKED);
    return str_eq(buf_str(&text), value) ? value
                                         : arena_str(arena, buf_str(&text));
}

void network_source_tell_secrets(struct oval_source *source)
{
    ((struct network_source *)source)->tells_secrets = true;
}

static void free_source(struct oval_source *source)
{
    struct network_source *s = (struct network_source *)source;

    device_facts_clear(&s->facts);
    config_tree_clear(&s->config);
    index_clear(&s->hardware);
    map_clear(&s->secrets);
    arena_clear(&s->arena);
    mem_free(s);
}

static const struct oval_source_ops ops = {
    .collect = collect,
    .conceal = conceal,
    .system = get_system,
    .free = free_source,
};

static int read_config(struct network_source *s, struct err *err)
{
    str text = network_text(s, s->outputs->family->show_running);

    if (text.p == NULL)
        return 0;
    s->has_config = true;
    return config_tree_read(text, &s->config, err);
}

int network_source_new(struct device_outputs *outputs, struct oval_source **out,
                       struct err *err)
{
    struct network_source *s;
    str version;
    int rc = 0;

    outputs_recognise(outputs);
    if (outputs->family == NULL)
        return err_set(err, E_INVALID,
                       "it is not known which family the device is of: its "
                       "answer to 'show version' is missing");
    s = mem_alloc(1, sizeof(*s));
    s->source.ops = &ops;
    s->source.hidden = STR(MASKED);
    s->outputs = outputs;
    version = network_text(s, outputs->family->show_version);
    s->has_version = version.p != NULL;
    if (s->has_version)
        rc = show_read(outputs->family, version, &s->facts, err);
    if (rc == 0)
        rc = read_config(s, err);
    if (rc < 0) {
        free_source(&s->source);
        return rc;
    }
    *out = &s->source;
    return 0;
}

/* --- What content wants to know --- */

static void add_command(struct network_commands *commands, str command)
{
    str name;

    if (outputs_check_command(command, NULL) < 0 ||
        outputs_command(command, &commands->arena, &name, NULL) < 0) {
        commands->refused++;
        return;
    }
    for (size_t i = 0; i < commands->list.n; i++)
        if (str_eq_nocase(commands->list.p[i], name))
            return;
    if (commands->list.n < OUTPUTS_MAX)
        *vec_push(&commands->list) = name;
    else
        commands->refused++;
}

/* The literal commands that a line_object names. */
static void add_object(struct network_commands *commands,
                       const struct oval_content *c,
                       const struct oval_object *object)
{
    for (uint32_t i = 0; i < object->entity_count; i++) {
        const struct oval_entity *e = &c->entities.p[object->entity_first + i];

        if (str_eq_c(oval_name_text(c, e->name), "show_subcommand") &&
            (e->flags & OVAL_ENTITY_VAR) == 0 && e->operation == OVAL_EQUALS)
            add_command(commands, oval_name_text(c, e->value));
    }
}

void network_commands_add(struct network_commands *commands,
                          const struct family *family,
                          const struct oval_content *content)
{
    add_command(commands, str_c(family->show_version));
    add_command(commands, str_c(family->show_running));
    for (uint32_t i = 0; i < content->objects.n; i++) {
        const struct oval_object *object = &content->objects.p[i];
        const struct oval_kind *of = &content->kinds.p[object->kind];
        const struct network_kind *kind =
            kind_of(oval_name_text(content, of->family),
                    oval_name_text(content, of->name));

        if (kind == NULL || !speaks(family, kind->family))
            continue;
        if (kind->command != NULL)
            add_command(commands, str_c(kind->command));
        add_object(commands, content, object);
    }
}

void network_commands_clear(struct network_commands *commands)
{
    vec_clear(&commands->list);
    arena_clear(&commands->arena);
}
