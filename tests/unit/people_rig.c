/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/people_rig.h"

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <inttypes.h>

#include "base/io.h"
#include "base/mem.h"
#include "server/people.h"

int people_rig_setup(void **state)
{
    struct people_rig *rig = mem_alloc(1, sizeof(*rig));
    struct err err = { 0 };
    void *core = NULL;

    if (core_rig_setup(&core) != 0)
        return -1;
    rig->core = core;
    rig->core->authenticate = true;
    rig->core->mark = "1";
    if (people_start(&rig->core->core, str_c(rig->core->directory),
                     rig->core->now, &err) < 0) {
        print_error("%s\n", err_text(&err));
        return -1;
    }
    *state = rig;
    return 0;
}

int people_rig_teardown(void **state)
{
    struct people_rig *rig = *state;
    void *core = rig->core;

    people_stop(&rig->core->core);
    mem_free(rig);
    return core_rig_teardown(&core);
}

void people_rig_secret(struct people_rig *rig, char *out, size_t size)
{
    AUTO(buf_clear) struct buf text = BUF(1000);
    char path[128];
    str secret;

    snprintf(path, sizeof(path), "%s/setup-secret", rig->core->directory);
    assert_int_equal(io_read_file(AT_FDCWD, path, &text, NULL), 0);
    secret = str_trim(buf_str(&text));
    snprintf(out, size, "%" PRIstr, ARGstr(secret));
}

const struct jval *people_rig_ask(struct people_rig *rig, int status,
                                  const char *who, const char *method,
                                  const char *path, const char *body)
{
    rig->core->authorization = who;
    return core_rig_ask(rig->core, status, method, path, body);
}

static void keep_token(struct people_rig *rig, char *out, size_t size)
{
    str token = jval_text(jval_get(rig->core->json, "token"), STR(""));

    assert_true(token.n > 0);
    snprintf(out, size, "Bearer %" PRIstr, ARGstr(token));
}

int people_rig_admin(void **state)
{
    struct people_rig *rig;
    char secret[64];
    char body[256];

    if (people_rig_setup(state) != 0)
        return -1;
    rig = *state;
    people_rig_secret(rig, secret, sizeof(secret));
    snprintf(body, sizeof(body),
             "{\"secret\": \"%s\", \"login\": \"ann\", \"password\": "
             "\"" ANN_PASSWORD "\", \"bearer\": true}",
             secret);
    people_rig_ask(rig, 201, NULL, "POST", "/api/v1/setup", body);
    keep_token(rig, rig->ann, sizeof(rig->ann));
    return 0;
}

void people_rig_login(struct people_rig *rig, int status, const char *login,
                      const char *password, const char *code,
                      char out[PEOPLE_RIG_WHO])
{
    AUTO(jval_freep) struct jval *body = jval_new_object();
    AUTO(buf_clear) struct buf text = BUF(4096);

    jval_set_text(body, "login", str_c(login));
    jval_set_text(body, "password", str_c(password));
    if (code != NULL)
        jval_set_text(body, "code", str_c(code));
    jval_set_bool(body, "bearer", true);
    jval_print(body, &text);
    people_rig_ask(rig, status, NULL, "POST", "/api/v1/session", buf_c(&text));
    if (rig->core->status == 201 && out != NULL)
        keep_token(rig, out, PEOPLE_RIG_WHO);
}

int64_t people_rig_role(struct people_rig *rig, const char *name)
{
    int64_t id = 0;

    assert_int_equal(db_one_i64(rig->core->core.db,
                                "SELECT id FROM role WHERE org = 1 AND name = "
                                "$1",
                                DB_ARGS(db_text(str_c(name))), &id, NULL),
                     0);
    return id;
}

int64_t people_rig_user(struct people_rig *rig, const char *login,
                        const char *role, char out[PEOPLE_RIG_WHO])
{
    char body[256];
    int64_t id;

    snprintf(body, sizeof(body),
             "{\"login\": \"%s\", \"password\": \"password of %s\", \"roles\": "
             "[%" PRId64 "]}",
             login, login, people_rig_role(rig, role));
    id = jval_i64(jval_get(people_rig_ask(rig, 201, rig->ann, "POST",
                                          "/api/v1/users", body),
                           "id"),
                  0);
    snprintf(body, sizeof(body), "password of %s", login);
    rig->core->now += 1; /* the limit of passwords a second */
    people_rig_login(rig, 201, login, body, NULL, out);
    return id;
}
