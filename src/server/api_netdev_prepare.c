/* SPDX-License-Identifier: Apache-2.0
 *
 * The text that makes a network device manageable (netdev/prepare.h), for
 * somebody to enter on it. Nothing is contacted, and nothing is kept: the text
 * holds the passwords it was given.
 */
#include "netdev/prepare.h"
#include "server/routes_int.h"

enum {
    BODY_MAX = 65536,
};

static const struct field body_fields[] = {
    { "facts", FIELD_OBJECT, .required = true,
      .help = "as `holdfast device prepare` takes them" },
    { NULL },
};
static const struct field note_fields[] = {
    { "rule", FIELD_TEXT, .required = true },
    { "warning", FIELD_BOOL, .required = true },
    { "text", FIELD_TEXT, .required = true, .max = 8192 },
    { NULL },
};
static const struct field answer_fields[] = {
    { "text", FIELD_TEXT, .required = true, .max = PREPARE_TEXT_MAX,
      .help = "one command a line" },
    { "notes", FIELD_LIST, .required = true, .of = note_fields },
    { NULL },
};

static struct jval *notes_json(const struct prepare *prepare)
{
    struct jval *notes = jval_new_array();

    for (size_t i = 0; i < prepare->notes.n; i++) {
        const struct prepare_note *note = &prepare->notes.p[i];
        struct jval *one = jval_new_object();

        jval_set_text(one, "rule", str_c(note->rule));
        jval_set_bool(one, "warning", note->is_warning);
        jval_set_text(one, "text", note->text);
        jval_push(notes, one);
    }
    return notes;
}

static int prepare(struct request *req, struct response *res, struct err *err)
{
    AUTO(prepare_clear) struct prepare out = PREPARE;
    AUTO(buf_clear) struct buf json = BUF(PREPARE_JSON_MAX);
    int rc;

    jval_print(jval_get(req->json, "facts"), &json);
    rc = prepare_device(buf_str(&json), &out, err);
    if (rc == E_INVALID || rc == E_PARSE)
        return refuse(req, 422, "facts", err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    if (rc < 0)
        return rc;
    res->private_page = true;
    res->json = jval_new_object();
    jval_set_text(res->json, "text", buf_str(&out.text));
    jval_set(res->json, "notes", notes_json(&out));
    return 0;
}

static const struct route rows[] = {
    { METHOD_POST, "/api/v1/network/prepare", DOOR_API, PERM_NETWORK_WRITE,
      BODY_MAX, prepare, .body = body_fields, .answer = answer_fields,
      .summary = "The commands that make a network device manageable." },
};
const struct route_table routes_netdev_prepare = { rows, COUNT(rows) };
