/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "cli/commands.h"
#include "cli/remote.h"
#include "cli/term.h"

enum {
    ASK_MS = 500,
};

static const char *const open_states[] = { "planned", "due",     "queued",
                                           "taken",   "waiting", "started" };

static int64_t count_open(const struct jval *states)
{
    int64_t n = 0;

    for (size_t i = 0; i < COUNT(open_states); i++)
        n += jval_i64(jval_get(states, open_states[i]), 0);
    return n;
}

static void print_states(const struct jval *states)
{
    AUTO(buf_clear) struct buf line = BUF(4096);
    struct term term = term_init();
    struct jval *value;
    str key;

    for (size_t i = 0; jval_member(states, i, &key, &value); i++) {
        buf_printf(&line, "%s%lld ", i > 0 ? ", " : "",
                   (long long)jval_i64(value, 0));
        term_text(&term, &line, key, TERM_TEXT_WIDTH);
    }
    puts(buf_c(&line));
}

static void pause_ms(int ms)
{
    struct timespec wait = { ms / 1000, (ms % 1000) * 1000000L };

    nanosleep(&wait, NULL);
}

static int watch(struct cli *cli, struct session *session, struct err *err)
{
    struct remote_request get = {
        .method = "GET",
        .path =
            arena_printf(&session->arena, "/api/v1/runs/%s", cli->args.p[0]),
    };
    struct progress progress;
    int64_t open = 1;
    int rc = 0;

    progress_init(&progress, "Running", cli_is_quiet(cli));
    while (rc == 0 && open > 0) {
        AUTO(jval_freep) struct jval *run = NULL;
        int64_t all;

        rc = session_ask(session, &get, &run, NULL, err);
        if (rc < 0)
            break;
        all = jval_i64(jval_get(run, "devices"), 0);
        open = count_open(jval_get(run, "states"));
        progress_update(&progress, (uint64_t)(all - open), (uint64_t)all);
        if (open > 0) {
            pause_ms(ASK_MS);
            continue;
        }
        progress_end(&progress);
        print_states(jval_get(run, "states"));
    }
    return rc;
}

static int run(struct cli *cli, struct err *err)
{
    struct session session;
    int64_t id;
    int rc = session_open(&session, err);

    if (rc == 0 &&
        str_to_i64(str_c(cli->args.p[0]), 1, INT64_MAX, &id, NULL) < 0)
        rc = err_set(err, E_USAGE, "a run is a number");
    if (rc == 0)
        rc = watch(cli, &session, err);
    session_close(&session);
    return rc;
}

const struct command command_run_watch = {
    .name = "run watch",
    .summary = "Wait until every device of a run has ended",
    .arguments = "RUN",
    .about = "Shows how many devices are done, and in the end what became of "
             "them. Interrupting it does not end the run.",
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
