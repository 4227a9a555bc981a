/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/device_work.h"

#include <sys/stat.h>

#include "base/io.h"
#include "netdev/mask.h"

enum {
    TRANSCRIPT_MAX = 256 << 20
};

void transcript_init(struct transcript *transcript, const struct reach *reach)
{
    *transcript = (struct transcript){ .text = BUF(TRANSCRIPT_MAX) };
    transcript->secrets[0] = buf_str(&reach->password);
    transcript->secrets[1] = buf_str(&reach->enable_password);
}

static void add(struct transcript *t, const char *mark, str text)
{
    buf_add_c(&t->text, mark);
    mask_text(text, t->secrets, COUNT(t->secrets), &t->text);
    if (text.n > 0 && text.p[text.n - 1] != '\n')
        buf_add_char(&t->text, '\n');
}

void transcript_add(struct transcript *transcript,
                    const struct session_answer *answer)
{
    add(transcript, "> ", answer->command);
    add(transcript, "", answer->text);
}

int transcript_write(const struct cli *cli, struct transcript *transcript,
                     struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    const char *path = cli_value(cli, "transcript");
    mode_t before;
    int rc;

    if (path == NULL)
        return 0;
    before = umask(077);
    rc = io_out_open(path, &out, err);
    (void)umask(before);
    if (rc < 0)
        return rc;
    io_out_write(out, buf_str(&transcript->text));
    rc = buf_finish(&transcript->text, "the transcript", err);
    return rc < 0 ? rc : io_out_finish(out, err);
}

void transcript_clear(struct transcript *transcript)
{
    buf_clear(&transcript->text);
}

void device_tell_key(const struct cli *cli, const char *step, str detail,
                     const struct err *why)
{
    if (why == NULL && strcmp(step, "keys") == 0 &&
        str_starts(detail, STR("SHA256:")) && cli_has(cli, "trust-first"))
        fprintf(stderr, "host key: %" PRIstr "\n", ARGstr(detail));
}

struct reading {
    struct cli *cli;
    struct discovery *discovery;
    struct transcript transcript;
    struct err *err;
    int rc;
};

static void on_step(void *ctx, const char *step, str detail,
                    const struct err *why)
{
    struct reading *r = ctx;

    device_tell_key(r->cli, step, detail, why);
}

static void on_answer(void *ctx, const struct session_answer *answer)
{
    struct reading *r = ctx;

    transcript_add(&r->transcript, answer);
    r->rc = discovery_take(r->discovery, answer, r->err);
}

static str next_command(void *ctx)
{
    struct reading *r = ctx;

    return r->rc < 0 ? STR_NONE : discovery_next(r->discovery);
}

static const struct reach_events events = {
    .step = on_step,
    .answer = on_answer,
    .next = next_command,
};

int device_read(struct cli *cli, struct reach *reach, struct discovery *out,
                struct err *err)
{
    struct reading r = { .cli = cli, .discovery = out, .err = err };
    struct err other = { 0 };
    int written;
    int rc;

    transcript_init(&r.transcript, reach);
    rc = reach_device(reach, &events, &r, err);
    if (rc >= 0)
        rc = r.rc;
    written = transcript_write(cli, &r.transcript, &other);
    transcript_clear(&r.transcript);
    if (rc >= 0 && written < 0)
        return err_set(err, written, "%s", err_text(&other));
    return rc;
}
