/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_tree.h"

void json_tree_clear(struct json_tree *tree)
{
    jval_free(tree->root);
    *tree = (struct json_tree){ 0 };
}

static int number(str text, struct jval **out, struct err *err)
{
    return jval_parse(text, text.n, out, err) < 0
               ? err_set(err, E_PARSE,
                         "%" PRIstr " is no number to reckon with",
                         ARGstr(str_sub(text, 0, 32)))
               : 0;
}

static int make(const struct json_event *event, struct jval **out,
                struct err *err)
{
    switch (event->type) {
    case JSON_OBJECT:
        *out = jval_new_object();
        return 0;
    case JSON_ARRAY:
        *out = jval_new_array();
        return 0;
    case JSON_NUMBER:
        return number(event->text, out, err);
    case JSON_BOOL:
        *out = jval_new_bool(str_eq_c(event->text, "true"));
        return 0;
    case JSON_STRING:
        if (str_find_char(event->text, '\0') < event->text.n)
            return err_set(err, E_PARSE, "a text holds a NUL");
        *out = jval_new_text(str_or_empty(event->text));
        return 0;
    default:
        *out = jval_new_null();
        return 0;
    }
}

/* Into the innermost container; value is taken over. */
static int attach(struct json_tree *tree, const struct json_event *event,
                  struct jval *value, struct err *err)
{
    AUTO(buf_clear) struct buf key = BUF(JSON_PATH_MAX);
    struct jval *parent = tree->level[tree->depth - 1].value;
    str name;

    if (jval_kind(parent) == JVAL_ARRAY) {
        jval_push(parent, value);
        return 0;
    }
    name =
        str_sub(event->path, tree->level[tree->depth - 1].path + 1, SIZE_MAX);
    buf_add(&key, name);
    if (str_find_char(name, '\0') < name.n ||
        jval_get(parent, buf_c(&key)) != NULL) {
        jval_free(value);
        return err_set(err, E_INVALID, "%" PRIstr ": is given twice",
                       ARGstr(str_sub(name, 0, 64)));
    }
    jval_set(parent, buf_c(&key), value);
    return 0;
}

static int finish(struct json_tree *tree, struct jval **out)
{
    if (tree->depth == 0)
        *out = TAKE(tree->root);
    return 0;
}

int json_tree_add(struct json_tree *tree, const struct json_event *event,
                  struct jval **out, struct err *err)
{
    struct jval *value = NULL;
    int rc;

    *out = NULL;
    if (event->type == JSON_OBJECT_END || event->type == JSON_ARRAY_END) {
        tree->depth--;
        return finish(tree, out);
    }
    rc = make(event, &value, err);
    if (rc < 0)
        return rc;
    if (tree->depth > 0)
        rc = attach(tree, event, value, err);
    else
        tree->root = value;
    if (rc < 0)
        return rc;
    if (event->type == JSON_OBJECT || event->type == JSON_ARRAY) {
        tree->level[tree->depth].value = value;
        tree->level[tree->depth].path = event->path.n;
        tree->depth++;
    }
    return finish(tree, out);
}
