/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "netdev/session_int.h"

struct session {
    struct session_options options;
    struct buf user;
    struct buf password;
    struct buf enable_password;

    enum session_state state;
    struct terminal terminal;
    struct prompt prompt;
    bool privileged;

    /* LOGIN and ENABLE: what was given already. A second question means that
     * it was refused. */
    bool user_sent;
    bool password_sent;
    /* PROMPT */
    struct buf candidate;
    unsigned tries;
    bool asked; /* the empty line has been sent */

    struct buf command; /* that runs; of PAGER and ENABLE too */
    size_t echo_end;    /* bytes of the terminal's text up to behind the
                           echo; 0: not seen */
    unsigned pager_row;
    unsigned questions;

    int64_t seen_ms;  /* the newest time that was told */
    int64_t last_ms;  /* when something came or was sent */
    int64_t began_ms; /* the login, or the command */
};

/* Defined below, used by what ends a state. */
static void enter_ready(struct session *s, int64_t now_ms);

const char *session_state_name(enum session_state state)
{
    static const char *const names[] = {
        [SESSION_LOGIN] = "log in",
        [SESSION_PROMPT] = "find the prompt",
        [SESSION_ENABLE] = "get the privileged level",
        [SESSION_PAGER] = "turn the pager off",
        [SESSION_READY] = "wait for a command",
        [SESSION_COMMAND] = "run a command",
        [SESSION_OVER] = "nothing: it is over",
    };

    return names[state];
}

/* --- Making and ending ---------------------------------------------------- */

static int64_t or_else(int64_t value, int64_t other)
{
    return value > 0 ? value : other;
}

struct session *session_new(const struct session_options *options,
                            int64_t now_ms)
{
    struct session *s = mem_alloc(1, sizeof(*s));

    *s = (struct session){
        .options = *options,
        .user = BUF(1024),
        .password = BUF(1024),
        .enable_password = BUF(1024),
        .prompt = { BUF(PROMPT_MAX), BUF(PROMPT_MAX), BUF(PROMPT_MAX), false },
        .candidate = BUF(PROMPT_MAX),
        .command = BUF(SESSION_COMMAND_MAX),
        .state = options->asks_login ? SESSION_LOGIN : SESSION_PROMPT,
        .seen_ms = now_ms,
        .last_ms = now_ms,
        .began_ms = now_ms,
    };
    buf_add(&s->user, options->user);
    buf_add(&s->password, options->password);
    buf_add(&s->enable_password, options->enable_password.n > 0
                                     ? options->enable_password
                                     : options->password);
    s->options.silence_ms = or_else(options->silence_ms, 60000);
    s->options.command_ms = or_else(options->command_ms, 600000);
    s->options.settle_ms = or_else(options->settle_ms, 20);
    s->options.question_ms = or_else(options->question_ms, 1500);
    terminal_init(&s->terminal, options->answer_max > 0 ? options->answer_max
                                                        : SESSION_ANSWER_MAX);
    return s;
}

void session_free(struct session *s)
{
    if (s == NULL)
        return;
    buf_wipe(&s->password);
    buf_wipe(&s->enable_password);
    buf_clear(&s->user);
    buf_clear(&s->candidate);
    buf_clear(&s->command);
    prompt_clear(&s->prompt);
    terminal_clear(&s->terminal);
    mem_free(s);
}

void session_freep(struct session **session)
{
    session_free(*session);
}

enum session_state session_state(const struct session *session)
{
    return session->state;
}

str session_prompt(const struct session *session)
{
    return buf_str(&session->prompt.whole);
}

bool session_is_privileged(const struct session *session)
{
    return session->privileged;
}

static void end(struct session *s, const struct err *err)
{
    s->state = SESSION_OVER;
    s->options.event(s->options.ctx, NULL, err);
}

/* Where it happened, and in which command, is put before the reason. */
static void fail(struct session *s, struct err *err)
{
    if (s->state == SESSION_COMMAND)
        (void)err_wrap(err, err->code, "command '%" PRIstr "'",
                       ARGstr(buf_str(&s->command)));
    else
        (void)err_wrap(err, err->code, "could not %s",
                       session_state_name(s->state));
    end(s, err);
}

static void send_line(struct session *s, str line, int64_t now_ms)
{
    do {
        s->options.send(s->options.ctx, str_cut(&line, '\n'));
        s->options.send(s->options.ctx, STR("\r"));
    } while (line.n > 0);
    s->last_ms = now_ms;
}

/* --- Commands of the session and of its user ------------------------------ */

static void start_command(struct session *s, str command, int64_t now_ms)
{
    buf_reset(&s->command);
    buf_add(&s->command, command);
    terminal_reset(&s->terminal);
    s->echo_end = 0;
    s->questions = 0;
    s->began_ms = now_ms;
    prompt_expect(&s->prompt, command);
    send_line(s, command, now_ms);
}

int session_command(struct session *s, str command, int64_t now_ms,
                    struct err *err)
{
    if (s->state != SESSION_READY)
        return err_set(err, E_INVALID,
                       "the session cannot take a command: it is to %s",
                       session_state_name(s->state));
    if (command.n == 0 || command.n > SESSION_COMMAND_MAX)
        return err_set(err, E_INVALID, "a command has 1 to %d bytes",
                       SESSION_COMMAND_MAX);
    for (size_t i = 0; i < command.n; i++)
        if (((unsigned char)command.p[i] < 0x20 &&
             !(command.p[i] == '\n' && str_starts(command, STR("banner ")))) ||
            command.p[i] == 0x7f)
            return err_set(err, E_INVALID,
                           "a command has no control characters");
    s->seen_ms = now_ms;
    s->state = SESSION_COMMAND;
    start_command(s, command, now_ms);
    return 0;
}

static str last_line(str command)
{
    str line = command;

    while (command.n > 0)
        line = str_cut(&command, '\n');
    return str_trim(line);
}

/* The echo is the first finished line that ends with the command: a prompt
 * that came late may stand before it. */
static void look_for_echo(struct session *s)
{
    enum {
        WITHIN = 16384
    };
    str text = str_sub(buf_str(&s->terminal.text), 0, WITHIN);
    str command = last_line(buf_str(&s->command));
    str rest = text;

    while (rest.n > 0) {
        str line = str_cut(&rest, '\n');

        if (str_ends(line, command)) {
            s->echo_end = text.n - rest.n;
            return;
        }
    }
}

void session_judge(struct session_answer *answer,
                   const struct session_options *options, str refusal)
{
    struct judgement is =
        refusal.n > 0
            ? response_judge_error(options->responses, answer->command, refusal)
            : response_judge(options->family, options->responses,
                             answer->command, answer->text);

    answer->refused = is.kind == RESPONSE_ERROR;
    answer->refusal = answer->refused ? is.line : STR_NONE;
    answer->warning = is.kind == RESPONSE_WARNING ? is.line : STR_NONE;
}

static void finish_command(struct session *s, int64_t now_ms)
{
    str text = buf_str(&s->terminal.text);
    struct session_answer answer = {
        .command = buf_str(&s->command),
        .text = str_sub(text, s->echo_end, text.n),
        .questions = s->questions,
    };

    s->privileged =
        line_is_privileged(s->options.family, terminal_line(&s->terminal));
    session_judge(&answer, &s->options, STR_NONE);
    if (s->state == SESSION_PAGER) {
        enter_ready(s, now_ms);
        return;
    }
    s->state = SESSION_READY;
    s->options.event(s->options.ctx, &answer, NULL);
}

/* The next command that turns the pager off; READY when there is none. */
static void enter_ready(struct session *s, int64_t now_ms)
{
    const char *const *rows = s->options.family->no_pager;

    if (s->pager_row < COUNT(s->options.family->no_pager) &&
        rows[s->pager_row] != NULL) {
        s->state = SESSION_PAGER;
        start_command(s, str_c(rows[s->pager_row++]), now_ms);
        return;
    }
    s->state = SESSION_READY;
    s->options.event(s->options.ctx, NULL, NULL);
}

static void enter_enable(struct session *s, int64_t now_ms)
{
    const struct family *family = s->options.family;

    if (s->privileged || s->options.stay_user || family->enable == NULL ||
        s->prompt.odd) {
        enter_ready(s, now_ms);
        return;
    }
    s->state = SESSION_ENABLE;
    s->password_sent = false;
    start_command(s, str_c(family->enable), now_ms);
}

/* --- The line that waits ---------------------------------------------------
 */

static void refused(struct session *s, const char *what)
{
    struct err err = { 0 };

    (void)err_set(&err, E_PERM, "the device refused %s", what);
    fail(s, &err);
}

/* What LOGIN and ENABLE are asked. True when the line was such a question. */
static bool answer_password(struct session *s, str line,
                            const struct buf *password, int64_t now_ms)
{
    if (!line_asks_password(line))
        return false;
    if (s->password_sent) {
        refused(s, s->state == SESSION_ENABLE
                       ? "the password of the privileged level"
                       : "the user or the password");
        return true;
    }
    s->password_sent = true;
    terminal_reset(&s->terminal);
    send_line(s, buf_str(password), now_ms);
    return true;
}

static bool login_was_refused(struct session *s)
{
    str text = buf_str(&s->terminal.text);

    while (text.n > 0)
        if (line_refuses_login(str_trim(str_cut(&text, '\n'))))
            return true;
    return false;
}

static void step_login(struct session *s, int64_t now_ms)
{
    str line = terminal_line(&s->terminal);

    if (answer_password(s, line, &s->password, now_ms))
        return;
    if (line_asks_user(line)) {
        if (s->user_sent) {
            refused(s, "the user or the password");
            return;
        }
        s->user_sent = true;
        terminal_reset(&s->terminal);
        send_line(s, buf_str(&s->user), now_ms);
        return;
    }
    if (line_ends_as_prompt(s->options.family, line) &&
        now_ms - s->last_ms >= s->options.settle_ms)
        s->state = SESSION_PROMPT;
}

/* Sends the empty line, with the line that waits as what must come again. */
static void probe(struct session *s, str line, int64_t now_ms)
{
    struct err err = { 0 };

    if (s->tries++ >= PROMPT_TRIES) {
        (void)err_set(&err, E_PARSE,
                      "its last line is another one each time: '%" PRIstr "'",
                      ARGstr(line));
        fail(s, &err);
        return;
    }
    buf_reset(&s->candidate);
    buf_add(&s->candidate, line);
    terminal_reset(&s->terminal);
    s->asked = true;
    send_line(s, STR_NONE, now_ms);
}

static void step_prompt(struct session *s, int64_t now_ms)
{
    const struct family *family = s->options.family;
    str line = terminal_line(&s->terminal);
    int64_t quiet = now_ms - s->last_ms;
    bool looks = line_ends_as_prompt(family, line);

    if (s->options.asks_login &&
        (line_asks_user(line) || line_asks_password(line))) {
        s->state = SESSION_LOGIN;
        step_login(s, now_ms);
        return;
    }
    if (line.n > PROMPT_MAX || quiet < s->options.settle_ms)
        return;
    if (!looks && (quiet < LINGER_MS || (line.n == 0 && s->tries > 0)))
        return;
    if (s->asked && s->terminal.text.n > 0 && line.n > 0 &&
        str_eq(line, buf_str(&s->candidate))) {
        prompt_learn(&s->prompt, family, line);
        s->privileged = line_is_privileged(family, line);
        enter_enable(s, now_ms);
    } else {
        probe(s, line, now_ms);
    }
}

static void step_enable(struct session *s, int64_t now_ms)
{
    str line = terminal_line(&s->terminal);

    if (answer_password(s, line, &s->enable_password, now_ms))
        return;
    if (!prompt_matches(&s->prompt, s->options.family, line) ||
        now_ms - s->last_ms < s->options.settle_ms)
        return;
    /* The prompt from before the command may still have been on its way. */
    if (!s->password_sent && s->terminal.text.n == 0)
        return;
    s->privileged = line_is_privileged(s->options.family, line);
    if (s->privileged)
        enter_ready(s, now_ms);
    else
        refused(s, "the privileged level");
}

static void step_question(struct session *s, str line, int64_t now_ms)
{
    str said = response_answer(s->options.family, s->options.responses,
                               buf_str(&s->command), line);
    struct err err = { 0 };

    if (said.p == NULL) {
        if (now_ms - s->last_ms < s->options.question_ms)
            return;
        (void)err_set(&err, E_INVALID,
                      "the device asks '%" PRIstr
                      "', and nothing says what to answer",
                      ARGstr(line));
        fail(s, &err);
        return;
    }
    if (s->questions++ >= SESSION_DIALOGS_MAX) {
        (void)err_set(&err, E_LIMIT, "the device asks more than %d questions",
                      SESSION_DIALOGS_MAX);
        fail(s, &err);
        return;
    }
    /* The question becomes a line of the answer. */
    terminal_feed(&s->terminal, STR("\n"));
    send_line(s, said, now_ms);
}

static void step_command(struct session *s, int64_t now_ms)
{
    str line = terminal_line(&s->terminal);
    int64_t quiet = now_ms - s->last_ms;

    if (s->echo_end == 0)
        look_for_echo(s);
    if (quiet < s->options.settle_ms)
        return;
    if (prompt_matches(&s->prompt, s->options.family, line)) {
        /* A device that does not echo, or not in one line. */
        if (s->echo_end > 0 || quiet >= LINGER_MS)
            finish_command(s, now_ms);
    } else if (line_is_question(line) && s->echo_end > 0) {
        step_question(s, line, now_ms);
    }
}

static void turn_page(struct session *s, int64_t now_ms)
{
    str line = terminal_line(&s->terminal);
    size_t n = line_pager(s->options.family, line);

    if (n == 0)
        return;
    terminal_unwrite(&s->terminal, s->terminal.line.n - line.n + n);
    s->options.send(s->options.ctx, STR(" "));
    s->last_ms = now_ms;
}

static void step(struct session *s, int64_t now_ms)
{
    turn_page(s, now_ms);
    if (s->state == SESSION_LOGIN)
        step_login(s, now_ms);
    if (s->state == SESSION_PROMPT)
        step_prompt(s, now_ms);
    else if (s->state == SESSION_ENABLE)
        step_enable(s, now_ms);
    else if (s->state == SESSION_PAGER || s->state == SESSION_COMMAND)
        step_command(s, now_ms);
}

/* --- What happens -----------------------------------------------------------
 */

void session_receive(struct session *s, str bytes, int64_t now_ms)
{
    struct err err = { 0 };

    if (s->state == SESSION_OVER || bytes.n == 0)
        return;
    s->seen_ms = s->last_ms = now_ms;
    if (s->state == SESSION_READY)
        return; /* a message of the device to its console */
    terminal_feed(&s->terminal, bytes);
    if (s->terminal.over) {
        (void)err_set(&err, E_LIMIT,
                      "the device sent more than is taken, or a line of more "
                      "than %d bytes",
                      TERMINAL_LINE_MAX);
        fail(s, &err);
        return;
    }
    step(s, now_ms);
}

void session_ended(struct session *s)
{
    struct err err = { 0 };

    if (s->state == SESSION_OVER)
        return;
    if (s->password_sent && login_was_refused(s)) {
        refused(s, "the user or the password");
        return;
    }
    (void)err_set(&err, E_IO, "the device ended the connection");
    fail(s, &err);
}

void session_tick(struct session *s, int64_t now_ms)
{
    struct err err = { 0 };

    s->seen_ms = now_ms;
    if (s->state == SESSION_OVER || s->state == SESSION_READY)
        return;
    if (now_ms - s->last_ms >= s->options.silence_ms)
        (void)err_set(&err, E_IO, "nothing came for %lld seconds",
                      (long long)s->options.silence_ms / 1000);
    else if (now_ms - s->began_ms >= s->options.command_ms)
        (void)err_set(&err, E_IO, "it did not end within %lld seconds",
                      (long long)s->options.command_ms / 1000);
    if (err.code != 0)
        fail(s, &err);
    else
        step(s, now_ms);
}

/* The next of the silences that mean something, after the time last told. */
int64_t session_due_ms(const struct session *s)
{
    const int64_t at[] = {
        s->last_ms + s->options.settle_ms,   s->last_ms + LINGER_MS,
        s->last_ms + s->options.question_ms, s->last_ms + s->options.silence_ms,
        s->began_ms + s->options.command_ms,
    };
    int64_t due = INT64_MAX;

    if (s->state == SESSION_OVER || s->state == SESSION_READY)
        return due;
    for (size_t i = 0; i < COUNT(at); i++)
        if (at[i] > s->seen_ms && at[i] < due)
            due = at[i];
    return due;
}
