/* SPDX-License-Identifier: Apache-2.0
 *
 * Modules of a CatOS switch, from the three tables of `show module`: what is
 * where, names, and versions.
 */
#include "netdev/items/items_int.h"

enum {
    MODULES_MAX = 64
};

struct module {
    str number;
    str type;
    str model;
    str hardware;
    str firmware;
    str software;
};

/* The columns of a table: where each begins, from the line of dashes below
 * its heading. */
struct column {
    size_t begin;
    size_t n;
    str name;
};

enum {
    COLUMNS_MAX = 12
};

static size_t read_columns(str names, str dashes, struct column *out)
{
    size_t n = 0;
    size_t at = 0;

    while (at < dashes.n && n < COLUMNS_MAX) {
        size_t begin = at;

        while (at < dashes.n && dashes.p[at] == '-')
            at++;
        if (at > begin)
            out[n++] =
                (struct column){ begin, at - begin,
                                 str_trim(str_sub(names, begin, at - begin)) };
        else
            at++;
    }
    return n;
}

static str cell(str line, const struct column *columns, size_t n,
                const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_c(columns[i].name, name))
            return str_trim(
                str_sub(line, columns[i].begin,
                        i + 1 < n ? columns[i + 1].begin - columns[i].begin
                                  : SIZE_MAX));
    return STR_NONE;
}

static struct module *module_of(struct module *all, size_t *n, str number)
{
    for (size_t i = 0; i < *n; i++)
        if (str_eq(all[i].number, number))
            return &all[i];
    if (*n == MODULES_MAX)
        return NULL;
    all[*n] = (struct module){ .number = number };
    return &all[(*n)++];
}

static void keep(str *field, str value)
{
    if (field->n == 0)
        *field = value;
}

static size_t read_modules(str text, struct module *all)
{
    struct column columns[COLUMNS_MAX];
    size_t column_count = 0;
    str before = STR_NONE;
    size_t n = 0;

    while (text.n > 0) {
        str line = str_cut(&text, '\n');
        struct module *module;

        if (str_starts(line, STR("---"))) {
            column_count = read_columns(before, line, columns);
        } else if (line.n > 0 && line.p[0] >= '0' && line.p[0] <= '9' &&
                   column_count > 0) {
            str rest = line;

            module = module_of(all, &n, line_word(&rest));
            if (module == NULL)
                break;
            keep(&module->type,
                 cell(line, columns, column_count, "Module-Type"));
            keep(&module->model, cell(line, columns, column_count, "Model"));
            keep(&module->hardware, cell(line, columns, column_count, "Hw"));
            keep(&module->firmware, cell(line, columns, column_count, "Fw"));
            keep(&module->software, cell(line, columns, column_count, "Sw"));
        }
        before = line;
    }
    return n;
}

/* "8.5(4c)GLX" is 8.5GLX, 4, c; "2.3" is 2, 3. */
static void give_release(struct network_source *s, struct oval_sink *sink,
                         str text, const char *major, const char *individual,
                         const char *id)
{
    str rest = text;
    str head = str_cut(&rest, '(');
    str inner = str_cut(&rest, ')');
    size_t n = 0;

    if (inner.n == 0) {
        rest = text;
        head = str_cut(&rest, '.');
        inner = rest;
        rest = STR_NONE;
    }
    while (n < inner.n && inner.p[n] >= '0' && inner.p[n] <= '9')
        n++;
    network_give_typed(sink, major, OVAL_VERSION,
                       arena_printf(&s->arena, "%" PRIstr "%" PRIstr,
                                    ARGstr(head), ARGstr(rest)));
    network_give_int(sink, individual, str_sub(inner, 0, n));
    if (id != NULL)
        network_give(sink, id, str_sub(inner, n, SIZE_MAX));
}

void network_module(struct network_source *s,
                    const struct oval_query *query UNUSED,
                    struct oval_sink *sink)
{
    struct module all[MODULES_MAX];
    str text = network_text(s, "show module");
    size_t n;

    if (text.p == NULL) {
        network_not_collected(sink, "the device was not asked 'show module'");
        return;
    }
    n = read_modules(text, all);
    for (size_t i = 0; i < n; i++) {
        oval_item_begin(sink, s->kind);
        network_give_int(sink, "module_number", all[i].number);
        network_give(sink, "type", all[i].type);
        network_give(sink, "model", all[i].model);
        give_release(s, sink, all[i].software, "software_major_release",
                     "software_individual_release", "software_version_id");
        give_release(s, sink, all[i].hardware, "hardware_major_release",
                     "hardware_individual_release", NULL);
        give_release(s, sink, all[i].firmware, "firmware_major_release",
                     "firmware_individual_release", NULL);
        oval_item_end(sink);
    }
}
