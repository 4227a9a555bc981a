/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading CPE dictionaries (2.0 to 2.3) and platform specifications.
 */
#include "scap/read_int.h"

enum where {
    C_LIST = READ_OTHER,
    C_ITEM, /* at */
    C_SPECIFICATION,
};

static void add_test(struct read *read, const struct xml_element *el,
                     struct cpe_test **list)
{
    struct cpe_test *test = read_append(read, list);

    if (str_eq(el->name, STR("logical-test"))) {
        test->kind = CPE_LOGICAL;
        test->or_ = str_eq_nocase(xml_attr(el, STR("operator")), STR("OR"));
        test->negate = read_bool(el, STR("negate"), false);
        read_push(read, READ_TEST, test);
        return;
    }
    if (str_eq(el->name, STR("check-fact-ref"))) {
        test->kind = CPE_CHECK_FACT;
        test->system = read_attr(read, el, STR("system"));
        test->href = read_attr(read, el, STR("href"));
        test->name = read_attr(read, el, STR("id-ref"));
    } else {
        test->kind = CPE_FACT;
        test->name = read_attr(read, el, STR("name"));
    }
    read_push(read, READ_SKIP, NULL);
}

static bool is_test(str name)
{
    return str_eq(name, STR("logical-test")) || str_eq(name, STR("fact-ref")) ||
           str_eq(name, STR("check-fact-ref"));
}

bool read_platform(struct read *read, const struct xml_element *el,
                   struct cpe_platform **list)
{
    const struct read_frame *frame = &read->stack[read->depth];

    if (frame->where == READ_PLATFORM) {
        struct cpe_platform *platform = frame->at;

        if (str_eq(el->name, STR("title")))
            read_push_leaf(read, &platform->title);
        else if (is_test(el->name) && platform->test == NULL)
            add_test(read, el, &platform->test);
        else
            return false;
        return true;
    }
    if (frame->where == READ_TEST) {
        if (!is_test(el->name))
            return false;
        add_test(read, el, &((struct cpe_test *)frame->at)->children);
        return true;
    }
    if (str_eq(el->name, STR("platform"))) {
        struct cpe_platform *platform = read_append(read, list);

        platform->id = read_attr(read, el, STR("id"));
        read_push(read, READ_PLATFORM, platform);
        return true;
    }
    return false;
}

static void in_item(struct read *read, const struct xml_element *el,
                    struct cpe_item *item)
{
    if (str_eq(el->name, STR("title"))) {
        read_push_leaf(read, &item->title);
    } else if (str_eq(el->name, STR("check"))) {
        struct cpe_check *check = read_append(read, &item->checks);

        check->system = read_attr(read, el, STR("system"));
        check->href = read_attr(read, el, STR("href"));
        read_push_leaf(read, &check->name);
    } else {
        read_push(read, READ_SKIP, NULL);
    }
}

static int in_list(struct read_cpe *c, const struct xml_element *el,
                   struct err *err)
{
    struct cpe_item *item;

    if (str_eq(el->name, STR("platform-specification"))) {
        read_push(&c->read, C_SPECIFICATION, NULL);
        return 0;
    }
    if (!str_eq(el->name, STR("cpe-item"))) {
        read_push(&c->read, READ_SKIP, NULL);
        return 0;
    }
    if (c->list->count++ >= READ_ITEMS_MAX)
        return err_set(err, E_LIMIT, "more than %d platforms", READ_ITEMS_MAX);
    item = read_append(&c->read, &c->list->items);
    item->name = read_attr(&c->read, el, STR("name"));
    item->deprecated = read_bool(el, STR("deprecated"), false);
    read_push(&c->read, C_ITEM, item);
    return 0;
}

int read_cpe_start(void *ctx, const struct xml_element *el, struct err *err)
{
    struct read_cpe *c = ctx;
    struct read *read = &c->read;
    const struct read_frame *frame = &read->stack[read->depth];

    if (read->depth == 0) {
        read_push(read, C_LIST, NULL);
        return 0;
    }
    switch (frame->where) {
    case C_LIST:
        return in_list(c, el, err);
    case C_ITEM:
        in_item(read, el, frame->at);
        return 0;
    case C_SPECIFICATION:
    case READ_PLATFORM:
    case READ_TEST:
        if (read_platform(read, el, &c->list->platforms))
            return 0;
        break;
    case READ_LEAF:
        read_markup(read, el);
        return 0;
    default:
        break;
    }
    read_push(read, READ_SKIP, NULL);
    return 0;
}

int read_cpe_end(void *ctx, struct err *err)
{
    struct read_cpe *c = ctx;
    const struct read_frame *frame = &c->read.stack[c->read.depth];
    int rc = 0;

    if (frame->where == READ_LEAF && frame->to != NULL)
        rc = read_leaf_end(&c->read, err);
    c->read.depth--;
    return rc;
}

int read_cpe_text(void *ctx, str text, struct err *err UNUSED)
{
    struct read_cpe *c = ctx;

    if (c->read.stack[c->read.depth].where == READ_LEAF)
        buf_add(&c->read.text, text);
    return 0;
}
