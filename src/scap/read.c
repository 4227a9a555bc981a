/* SPDX-License-Identifier: Apache-2.0 */
#include "scap/read_int.h"

struct read_frame *read_push(struct read *read, unsigned where, void *at)
{
    struct read_frame *frame = &read->stack[++read->depth];

    *frame = (struct read_frame){ .where = (uint8_t)where, .at = at };
    return frame;
}

void read_push_leaf(struct read *read, str *to)
{
    buf_reset(&read->text);
    read_push(read, READ_LEAF, NULL)->to = to;
}

static bool is_block(str name)
{
    static const str blocks[] = {
        STR("br"), STR("p"),  STR("li"), STR("ul"),    STR("ol"), STR("pre"),
        STR("tr"), STR("h1"), STR("h2"), STR("table"), STR("dt"), STR("div"),
    };

    for (size_t i = 0; i < COUNT(blocks); i++)
        if (str_eq(name, blocks[i]))
            return true;
    return false;
}

void read_markup(struct read *read, const struct xml_element *el)
{
    struct buf *text = &read->text;
    bool fresh = text->n == 0 || text->p[text->n - 1] == '\n';

    if (str_eq(el->name, STR("sub"))) {
        buf_add_char(text, XCCDF_SUB_BEGIN);
        buf_add(text, xml_attr(el, STR("idref")));
        buf_add_char(text, XCCDF_SUB_END);
    } else if (is_block(el->name) && !fresh) {
        buf_add_char(text, '\n');
    }
    if (str_eq(el->name, STR("li")))
        buf_add_c(text, "- ");
    read_push(read, READ_LEAF, NULL);
}

int read_leaf_end(struct read *read, struct err *err)
{
    const struct read_frame *frame = &read->stack[read->depth];
    str text = str_trim(buf_str(&read->text));

    if (buf_finish(&read->text, "the text of an element", err) < 0)
        return E_LIMIT;
    if (frame->to != NULL && frame->to->p == NULL)
        *frame->to = arena_str(read->arena, text);
    return 0;
}

uint32_t read_line(const struct read *read)
{
    return read->reader == NULL ? 0 : xml_line(read->reader);
}

str read_attr(struct read *read, const struct xml_element *el, str name)
{
    str value = xml_attr(el, name);

    return value.p == NULL ? STR_NONE : arena_str(read->arena, str_trim(value));
}

bool read_bool(const struct xml_element *el, str name, bool otherwise)
{
    str value = str_trim(xml_attr(el, name));

    if (value.n == 0)
        return otherwise;
    return str_eq(value, STR("true")) || str_eq(value, STR("1"));
}

struct read_tail *read_tail(struct read *read, void *list)
{
    struct read_tail *tail = &read->tails[((uintptr_t)list >> 3) % READ_TAILS];

    if (tail->list != list)
        *tail = (struct read_tail){ .list = list };
    return tail;
}

void read_forget_tails(struct read *read)
{
    memset(read->tails, 0, sizeof(read->tails));
}
