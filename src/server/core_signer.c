/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core_signer.h"

#include <fcntl.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "server/agents.h"
#include "server/channel.h"
#include "server/role.h"
#include "server/signer.h"

enum {
    PORTS_MAX = 4096
};

struct core_signer {
    struct core *core;
    struct signer signer;
    struct job_signer jobs;
    int64_t asked; /* the answer waited for; 0: none */
    bool answered;
    struct arena *arena; /* of who waits */
    struct sign_answer *out;
};

static str copy(struct arena *arena, str text)
{
    return text.n > 0 ? arena_str(arena, text) : STR("");
}

int core_signer_message(struct core_signer *signer, struct message *message,
                        struct err *err)
{
    const struct sign_answer *answer = message->value;

    if (message->kind != MESSAGE_SIGNED)
        return err_set(err, E_INVALID, "the signer answers only");
    if (answer->number != signer->asked) /* one that was given up */
        return 0;
    *signer->out = *answer;
    signer->out->text = copy(signer->arena, answer->text);
    signer->out->bytes = copy(signer->arena, answer->bytes);
    signer->out->authority = copy(signer->arena, answer->authority);
    signer->answered = true;
    return 0;
}

static int call(void *ctx, const struct sign_order *order, struct arena *arena,
                struct sign_answer *out, struct err *err)
{
    struct core_signer *signer = ctx;
    struct process *process = signer->core->process;
    int64_t until = clock_monotonic_ms() + SIGNER_TIMEOUT_MS;
    int rc = process_send(process, ROLE_SIGNER, MESSAGE_SIGN, order, -1, err);

    signer->asked = order->number;
    signer->answered = false;
    signer->arena = arena;
    signer->out = out;
    while (rc == 0 && !signer->answered) {
        struct channel *channel = process->links[ROLE_SIGNER];
        int64_t left = until - clock_monotonic_ms();

        if (channel == NULL || left <= 0)
            rc = err_set(err, E_IO, "no answer");
        else
            rc = channel_wait(channel, left, err);
    }
    signer->asked = 0;
    return signer->answered ? 0 : rc;
}

/* --- what devices are told -------------------------------------------- */

/* The port that the kernel chose is in DATA/run/ports.json. */
static int64_t door_port(const struct core *core, str listen, const char *door)
{
    AUTO(jval_freep) struct jval *ports = NULL;
    AUTO(buf_clear) struct buf path = BUF(4096);
    AUTO(buf_clear) struct buf text = BUF(PORTS_MAX);
    int64_t port = 0;
    str host;

    if (config_split(listen, &host, &port, NULL) == 0 && port != 0)
        return port;
    buf_printf(&path, "%" PRIstr "/run/ports.json", ARGstr(core->config->data));
    if (io_read_file(AT_FDCWD, buf_c(&path), &text, NULL) == 0 &&
        jval_parse(buf_str(&text), PORTS_MAX, &ports, NULL) == 0)
        port = jval_i64(jval_get(ports, door), 0);
    return port;
}

static void door_url(const struct core *core, int64_t port, struct buf *out)
{
    str name = config_public_name(core->config, 0);
    bool bare_ipv6 = str_find_char(name, ':') < name.n && name.p[0] != '[';

    buf_printf(out, "https://%s%" PRIstr "%s:%lld", bare_ipv6 ? "[" : "",
               ARGstr(name), bare_ipv6 ? "]" : "", (long long)port);
}

static void agent_url(void *ctx, struct buf *out)
{
    const struct core *core = ctx;

    door_url(core, door_port(core, core->config->agent_listen, "agent"), out);
}

static void enrol_url(void *ctx, struct buf *out)
{
    const struct core *core = ctx;

    door_url(core, door_port(core, core->config->enrol_listen, "enrol"), out);
}

struct core_signer *core_signer_new(struct core *core)
{
    struct core_signer *signer = mem_alloc(1, sizeof(*signer));
    AUTO(buf_clear) struct buf content = BUF(4096);
    struct agents_terms terms = { .agent_url = agent_url,
                                  .enrol_url = enrol_url,
                                  .url_ctx = core };

    signer->core = core;
    signer->signer = (struct signer){ call, signer, 0 };
    signer->jobs = signer_jobs(&signer->signer);
    buf_printf(&content, "%" PRIstr "/content", ARGstr(core->config->data));
    terms.issuer = signer_certs(&signer->signer);
    terms.content = buf_str(&content);
    core->signer = &signer->signer;
    core->job_signer = &signer->jobs;
    core->agents = agents_new(core, &terms);
    return signer;
}

void core_signer_free(struct core_signer *signer)
{
    if (signer == NULL)
        return;
    agents_free(TAKE(signer->core->agents));
    signer->core->job_signer = NULL;
    signer->core->signer = NULL;
    mem_free(signer);
}

void core_signer_up(struct core_signer *signer)
{
    AUTO(buf_clear) struct buf authority = BUF(CERT_PEM_MAX);
    uint8_t key[SIGN_PUBLIC_BYTES];
    struct err err = { 0 };

    if (signer_hello(&signer->signer, key, &authority, &err) < 0) {
        log_error("signer.hello", LOG_TEXT("error", str_c(err_text(&err))));
        return;
    }
    agents_set_trust(signer->core->agents, buf_str(&authority), key);
    log_debug("signer.up", LOG_I64("keys", 1));
}
