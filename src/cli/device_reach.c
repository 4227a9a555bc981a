/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/device_reach.h"

#include "cli/input.h"
#include "cli/login.h"
#include "netdev/callhome.h"

enum {
    CALL_MS = 600000,
};

/* --- The options -------------------------------------------------------------
 */

static int read_key(const struct cli *cli, struct reach *reach, struct err *err)
{
    const char *path = cli_value(cli, "key");
    const char *name;
    int rc;

    if (path == NULL)
        return 0;
    rc = input_read(path, &reach->key, &name, err);
    if (rc == 0)
        reach->options.vty.private_key = buf_str(&reach->key);
    return rc;
}

static int read_secrets(const struct cli *cli, struct reach *reach,
                        struct err *err)
{
    int rc = read_key(cli, reach, err);

    if (rc == 0 && ((reach->key.n == 0 && reach->options.vty.host.p != NULL) ||
                    cli_has(cli, "password-file")))
        rc = login_secret(cli, "password-file", "Password: ", &reach->password,
                          err);
    if (rc == 0 && cli_has(cli, "enable-password-file"))
        rc = login_secret(cli, "enable-password-file",
                          "Enable password: ", &reach->enable_password, err);
    reach->options.vty.password = buf_str(&reach->password);
    reach->options.session.password = buf_str(&reach->password);
    reach->options.session.enable_password = buf_str(&reach->enable_password);
    return rc;
}

static int read_number(const struct cli *cli, const char *option, int64_t max,
                       int64_t *out, struct err *err)
{
    const char *text = cli_value(cli, option);
    int rc;

    if (text == NULL)
        return 0;
    rc = str_to_i64(str_c(text), 1, max, out, err);
    return rc < 0 ? err_wrap(err, E_USAGE, "--%s", option) : 0;
}

static int read_family(const struct cli *cli, struct reach *reach,
                       struct err *err)
{
    const char *name = cli_value(cli, "family");
    const struct family *family;

    if (name == NULL && reach->options.vty.host.p == NULL)
        return 0;
    if (name == NULL)
        return err_set(err, E_USAGE, "--family FAMILY is missing; it is %s",
                       family_names());
    family = family_find(str_c(name));
    if (family == NULL)
        return err_set(err, E_INVALID,
                       "--family: '%s' is not known; expected %s", name,
                       family_names());
    reach->options.session.family = family;
    return 0;
}

static int read_how(const struct cli *cli, struct reach *reach, struct err *err)
{
    const struct family *family = reach->options.session.family;
    struct vty_options *vty = &reach->options.vty;
    const char *transport = cli_value(cli, "transport");
    const char *profile = cli_value(cli, "ssh-profile");
    const char *tls = cli_value(cli, "tls-profile");
    int64_t ssh_port = 0;
    int64_t port = 0;
    int64_t seconds = 0;
    int64_t most = 0;
    int rc = 0;

    vty->transport = family != NULL && family->syntax == SYNTAX_NETCONF
                         ? TRANSPORT_NETCONF
                         : TRANSPORT_SSH;
    if (transport != NULL)
        rc = transport_find(str_c(transport), &vty->transport, err);
    if (rc == 0 && profile != NULL)
        rc = ssh_profile_find(str_c(profile), &vty->profile, err);
    if (rc == 0 && tls != NULL)
        rc = tls_profile_find(str_c(tls), &vty->tls_profile, err);
    if (rc == 0)
        rc = read_number(cli, "port", 65535, &port, err);
    if (rc == 0)
        rc = read_number(cli, "ssh-port", 65535, &ssh_port, err);
    if (rc == 0)
        rc = read_number(cli, "timeout", 86400, &seconds, err);
    if (rc == 0)
        rc = read_number(cli, "command-timeout", 86400, &most, err);
    vty->port = (uint16_t)port;
    vty->trust_first = cli_has(cli, "trust-first");
    reach->is_called = cli_has(cli, "call-home");
    vty->host_key = str_c(cli_value(cli, "host-key"));
    vty->user = str_c(cli_value(cli, "user"));
    reach->options.session.user = vty->user;
    reach->options.session.silence_ms = seconds * 1000;
    reach->options.session.command_ms = most * 1000;
    reach->options.ssh_port = (uint16_t)ssh_port;
    reach->options.ssh_host_key = str_c(cli_value(cli, "ssh-host-key"));
    reach->options.ssh_trust_first = cli_has(cli, "trust-first");
    reach->options.user_agent = cli_value(cli, "user-agent");
    return rc;
}

int reach_read(const struct cli *cli, const char *host, struct reach *reach,
               struct err *err)
{
    int rc;

    *reach = (struct reach){
        .password = BUF(REACH_SECRET_MAX),
        .enable_password = BUF(REACH_SECRET_MAX),
        .key = BUF(REACH_SECRET_MAX),
    };
    reach->options.vty.host = str_c(host);
    rc = read_family(cli, reach, err);
    if (rc == 0)
        rc = read_how(cli, reach, err);
    if (rc == 0)
        rc = read_secrets(cli, reach, err);
    return rc;
}

void reach_clear(struct reach *reach)
{
    buf_wipe(&reach->password);
    buf_wipe(&reach->enable_password);
    buf_wipe(&reach->key);
}

/* --- The conversation
 * ---------------------------------------------------------- */

struct talk {
    const struct reach_events *events;
    struct reach *reach;
    struct callhome *callhome;
    bool is_proven; /* it is the device: its key was approved */
    void *ctx;
    struct loop *loop;
    struct contact *contact;
    struct err *err;
};

static void next(struct talk *talk)
{
    bool is_batched = contact_is_batched(talk->contact);
    bool is_stopping = true;
    str lines = STR_NONE;
    str command;
    int rc;

    if (is_batched && talk->events->batch != NULL)
        lines = talk->events->batch(talk->ctx, &is_stopping);
    if (lines.n > 0) {
        rc = contact_batch(talk->contact, lines, is_stopping, talk->err);
    } else {
        command = talk->events->next(talk->ctx);
        if (command.n == 0) {
            loop_stop(talk->loop, 0);
            return;
        }
        rc = contact_command(talk->contact, command, talk->err);
    }
    if (rc < 0)
        loop_stop(talk->loop, rc);
}

static void on_step(void *ctx, enum vty_step step, str detail)
{
    struct talk *talk = ctx;

    talk->is_proven |= step == VTY_KEYS;
    talk->events->step(talk->ctx, vty_step_name(step), detail, NULL);
}

static void on_ready(void *ctx)
{
    struct talk *talk = ctx;

    talk->events->step(talk->ctx, "session", contact_prompt(talk->contact),
                       NULL);
    next(talk);
}

static void on_answer(void *ctx, const struct session_answer *answer)
{
    struct talk *talk = ctx;

    bool more = answer->more; /* the answer may be gone behind the event */

    talk->events->answer(talk->ctx, answer);
    if (!more)
        next(talk);
}

/* Whoever calls without the device's key is not the device. */
static bool goes_on_waiting(struct talk *talk, const char *where,
                            const struct err *err)
{
    if (talk->callhome == NULL || talk->is_proven)
        return false;
    fprintf(stderr, "a call was not the device's: %s: %s\n", where,
            err_text(err));
    contact_free(talk->contact);
    talk->contact = NULL;
    callhome_resume(talk->callhome);
    return true;
}

static void on_failed(void *ctx, const char *where, const struct err *err)
{
    struct talk *talk = ctx;

    if (goes_on_waiting(talk, where, err))
        return;

    talk->events->step(talk->ctx, where, STR_NONE, err);
    *talk->err = *err;
    loop_stop(talk->loop, err_wrap(talk->err, err->code, "%s", where));
}

static void on_finding(void *ctx, const char *rule, str text)
{
    struct talk *talk = ctx;

    if (talk->events->finding != NULL)
        talk->events->finding(talk->ctx, rule, text);
}

static const struct contact_events contact_events = {
    .step = on_step,
    .ready = on_ready,
    .answer = on_answer,
    .failed = on_failed,
    .finding = on_finding,
};

/* --- Devices that call -------------------------------------------------------
 */

static void on_call(void *ctx, int fd, str address UNUSED)
{
    struct talk *talk = ctx;
    struct contact_options options = talk->reach->options;

    options.vty.is_called = true;
    options.vty.fd = fd;
    if (contact_new(&options, &talk->contact, talk->err) < 0)
        loop_stop(talk->loop, talk->err->code);
}

static void on_no_call(void *ctx)
{
    struct talk *talk = ctx;

    if (!talk->is_proven)
        loop_stop(talk->loop,
                  err_set(talk->err, E_IO, "the device did not call in time"));
}

static int wait_for_call(struct talk *talk, struct err *err)
{
    const struct contact_options *options = &talk->reach->options;
    uint16_t port = options->vty.port;
    int64_t most = options->session.command_ms;
    struct callhome_options listen = {
        .loop = talk->loop,
        .port = port > 0 ? port : CALLHOME_PORT,
        .fn = on_call,
        .ctx = talk,
    };
    int rc = callhome_new(&listen, &talk->callhome, err);

    if (rc == 0)
        (void)loop_timer(talk->loop, most > 0 ? most : CALL_MS, on_no_call,
                         talk);
    return rc;
}

static int begin(struct talk *talk, struct err *err)
{
    struct reach *reach = talk->reach;

    reach->options.vty.loop = talk->loop;
    reach->options.events = &contact_events;
    reach->options.ctx = talk;
    return reach->is_called ? wait_for_call(talk, err)
                            : contact_new(&reach->options, &talk->contact, err);
}

int reach_device(struct reach *reach, const struct reach_events *events,
                 void *ctx, struct err *err)
{
    struct err own = { 0 };
    struct talk talk = {
        .events = events,
        .reach = reach,
        .ctx = ctx,
        .loop = loop_new(),
        .err = err != NULL ? err : &own,
    };
    int rc = begin(&talk, err);

    if (rc == 0)
        rc = loop_run(talk.loop);
    contact_free(talk.contact);
    callhome_free(talk.callhome);
    loop_free(talk.loop);
    return rc;
}
