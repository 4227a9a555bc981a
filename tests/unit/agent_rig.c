/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/agent_rig.h"

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "fleet/enrol.h"

/* As between two processes: order and answer are written and read. */
static int call(void *ctx, const struct sign_order *order, struct arena *arena,
                struct sign_answer *out, struct err *err)
{
    struct agent_rig *rig = ctx;
    AUTO(buf_clear) struct buf there = BUF(JOB_MAX + 4096);
    AUTO(buf_clear) struct buf back = BUF(65536);
    struct sign_answer answer;
    struct sign_order read;

    if (rig->broken)
        return err_set(err, E_IO, "no answer");
    assert_int_equal(wire_write(&shape_sign_order, order, &there, err), 0);
    assert_int_equal(
        wire_read(&shape_sign_order, buf_str(&there), arena, &read, err), 0);
    signing_answer(rig->signing, &read, rig->core->now, arena, &answer);
    assert_int_equal(wire_write(&shape_sign_answer, &answer, &back, err), 0);
    return wire_read(&shape_sign_answer, arena_str(arena, buf_str(&back)),
                     arena, out, err);
}

static void write_file(const char *folder, const char *name, str bytes)
{
    char path[128];
    int fd;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
    close(fd);
}

static void make_keys(struct agent_rig *rig)
{
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf ca = BUF(CERT_PEM_MAX);

    snprintf(rig->keys, sizeof(rig->keys), "/tmp/agent-rig-XXXXXX");
    assert_non_null(mkdtemp(rig->keys));
    assert_int_equal(cert_key_make(&key, NULL), 0);
    assert_int_equal(cert_ca_make(buf_str(&key), STR("Holdfast"),
                                  rig->core->now - 60, 3650, &ca, NULL),
                     0);
    write_file(rig->keys, "ca.key", buf_str(&key));
    write_file(rig->keys, "ca.pem", buf_str(&ca));
    assert_int_equal(signing_open(rig->keys, &rig->signing, NULL), 0);
}

static void agent_url(void *ctx UNUSED, struct buf *out)
{
    buf_add_c(out, "https://127.0.0.1:7443");
}

int agent_rig_setup(void **state)
{
    struct agent_rig *rig = mem_alloc(1, sizeof(*rig));
    AUTO(buf_clear) struct buf authority = BUF(CERT_PEM_MAX);
    struct agents_terms terms = { .agent_url = agent_url,
                                  .enrol_url = agent_url };
    void *core;

    if (trust_init(NULL) < 0 || core_rig_setup(&core) < 0)
        return -1;
    rig->core = core;
    rig->signer = (struct signer){ call, rig, 0 };
    rig->jobs = signer_jobs(&rig->signer);
    make_keys(rig);
    assert_int_equal(signer_hello(&rig->signer, rig->public, &authority, NULL),
                     0);
    terms.issuer = signer_certs(&rig->signer);
    terms.content = str_c(rig->core->directory);
    rig->core->core.job_signer = &rig->jobs;
    rig->core->core.agents = agents_new(&rig->core->core, &terms);
    agents_set_trust(rig->core->core.agents, buf_str(&authority), rig->public);
    *state = rig;
    return 0;
}

int agent_rig_teardown(void **state)
{
    struct agent_rig *rig = *state;
    static const char *const names[] = { "ca.key", "ca.pem", "job.key" };
    void *core = rig->core;
    char path[128];

    frontier_clear(&rig->core->front);
    agents_free(rig->core->core.agents);
    signing_close(rig->signing);
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", rig->keys, names[i]);
        unlink(path);
    }
    rmdir(rig->keys);
    arena_clear(&rig->arena);
    mem_free(rig);
    return core_rig_teardown(&core);
}

str agent_rig_token(struct agent_rig *rig, const char *body)
{
    const struct jval *made;

    agent_rig_be(rig, NULL);
    made = core_rig_ask(rig->core, 201, "POST", "/api/v1/enrol-tokens", body);
    return arena_str(&rig->arena, jval_text(jval_get(made, "token"), STR_NONE));
}

struct enrolled_device agent_rig_enrol(struct agent_rig *rig,
                                       const char *hostname)
{
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    struct enrolled_device device = { 0 };
    struct enrolled enrolled;
    struct cert_facts facts;
    struct enrol enrol = { .token = agent_rig_token(rig, "{}"),
                           .hostname = str_c(hostname),
                           .machine_id = str_c(hostname),
                           .agent_version = STR("0.1.0") };

    assert_int_equal(cert_key_make(&key, NULL), 0);
    assert_int_equal(cert_request_make(buf_str(&key), STR("x"), &csr, NULL), 0);
    enrol.csr = buf_str(&csr);
    rig->core->door = DOOR_ENROL;
    agent_rig_say(rig, 200, "/agent/v1/enrol", &shape_enrol, &enrol);
    agent_rig_hear(rig, &shape_enrolled, &enrolled);
    assert_int_equal(cert_read(enrolled.certificate, &facts, NULL), 0);
    device.device = arena_str(&rig->arena, enrolled.device);
    device.csr = arena_str(&rig->arena, enrol.csr);
    memcpy(device.fingerprint, facts.fingerprint, sizeof(facts.fingerprint));
    assert_int_equal(str_to_i64(str_sub(device.device, 2, 20), 1, INT64_MAX,
                                &device.id, NULL),
                     0);
    agent_rig_be(rig, NULL);
    return device;
}

void agent_rig_be(struct agent_rig *rig, const struct enrolled_device *as)
{
    rig->core->door = as != NULL ? DOOR_AGENT : DOOR_API;
    rig->core->authenticate = as != NULL;
    rig->core->fingerprint = as != NULL ? as->fingerprint : NULL;
    rig->core->scope = scope_system(1);
}

void agent_rig_say(struct agent_rig *rig, int status, const char *path,
                   const struct wire_shape *shape, const void *value)
{
    AUTO(buf_clear) struct buf body = BUF(AGENT_BODY_MAX);
    struct err err = { 0 };

    if (shape != NULL && message_pack(shape, value, &body, &err) < 0)
        fail_msg("%s", err_text(&err));
    rig->core->content_type = "application/x-holdfast";
    core_rig_send(rig->core, status, shape != NULL ? "POST" : "GET", path,
                  buf_str(&body));
    rig->core->content_type = NULL;
}

void agent_rig_hear(struct agent_rig *rig, const struct wire_shape *shape,
                    void *out)
{
    struct err err = { 0 };

    assert_false(rig->core->held);
    if (message_unpack(shape, buf_str(&rig->core->body), &rig->arena, out,
                       &err) < 0)
        fail_msg("%s", err_text(&err));
}

int64_t agent_rig_job(struct agent_rig *rig, int64_t device, enum job_type type)
{
    struct job_cancel cancel = { 1 };
    struct job_order order = { .device = device,
                               .type = type,
                               .life_s = 3600,
                               .body = type == JOB_CANCEL ? &cancel : NULL };
    struct db *db = rig->core->core.db;
    int64_t id = 0;

    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(job_add(db, &rig->jobs, &order, rig->core->now, &id, NULL),
                     0);
    assert_int_equal(db_commit(db, NULL), 0);
    return id;
}
