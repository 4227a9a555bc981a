/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/options.h"

#include <fcntl.h>

#include "base/clock.h"
#include "base/io.h"

enum {
    CONFIG_MAX = 65536,
    DAY_S = 86400,
    MEMORY_MAX_MB = 1 << 24,
    NICE_MAX = 19,
    LIMIT_DEFAULT_S = 3600,
    NICE_DEFAULT = 10,
};

enum option_kind {
    OPTION_TEXT,
    OPTION_NUMBER,
    OPTION_SWITCH,
    OPTION_LEVEL,
};

/* A key of the file and, with "--" before it, an option; sorted by use. */
static const struct row {
    const char *name;
    enum option_kind kind;
    size_t at;
    int64_t min;
    int64_t max;
    bool in_file;
} rows[] = {
#define ROW(n, kind, member, lo, hi, file)                                     \
    {                                                                          \
        n, kind, offsetof(struct options, member), lo, hi, file                \
    }
    ROW("data", OPTION_TEXT, data, 0, 0, true),
    ROW("user", OPTION_TEXT, user, 0, 0, true),
    ROW("root", OPTION_TEXT, root, 0, 0, true),
    ROW("utmp", OPTION_TEXT, utmp, 0, 0, true),
    ROW("zone-file", OPTION_TEXT, zone_file, 0, 0, true),
    ROW("bus", OPTION_TEXT, bus, 0, 0, true),
    ROW("operators", OPTION_TEXT, operators, 0, 0, true),
    ROW("installer", OPTION_TEXT, installer, 0, 0, true),
    ROW("metered", OPTION_TEXT, metered, 0, 0, true),
    ROW("limit", OPTION_NUMBER, limit_s, 1, 7 * DAY_S, true),
    ROW("memory", OPTION_NUMBER, memory_mb, 0, MEMORY_MAX_MB, true),
    ROW("nice", OPTION_NUMBER, nice, 0, NICE_MAX, true),
    ROW("log-level", OPTION_LEVEL, log_level, 0, 0, true),
    ROW("log-json", OPTION_SWITCH, log_json, 0, 0, true),
    ROW("config", OPTION_TEXT, config, 0, 0, false),
    ROW("clock", OPTION_TEXT, clock, 0, 0, false),
    ROW("role", OPTION_TEXT, role, 0, 0, false),
    ROW("server", OPTION_TEXT, server, 0, 0, false),
    ROW("token-file", OPTION_TEXT, token_file, 0, 0, false),
    ROW("fingerprint", OPTION_TEXT, fingerprint, 0, 0, false),
    ROW("ca", OPTION_TEXT, ca_file, 0, 0, false),
    ROW("now", OPTION_SWITCH, now, 0, 0, false),
    ROW("no-wait", OPTION_SWITCH, no_wait, 0, 0, false),
    ROW("json", OPTION_SWITCH, json, 0, 0, false),
    ROW("since", OPTION_NUMBER, since, 0, INT64_MAX, false),
    ROW("run-memory", OPTION_NUMBER, run_memory, 0, MEMORY_MAX_MB, false),
    ROW("run-nice", OPTION_NUMBER, run_nice, 0, NICE_MAX, false),
#undef ROW
};

static const char *const levels[] = { "error", "warn", "info", "debug" };

static const struct row *find(str name)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (str_eq_c(name, rows[i].name))
            return &rows[i];
    }
    return NULL;
}

static int set_level(enum log_level *out, str value, struct err *err)
{
    for (size_t i = 0; i < COUNT(levels); i++) {
        if (str_eq_c(value, levels[i])) {
            *out = (enum log_level)i;
            return 0;
        }
    }
    return err_set(err, E_INVALID, "is error, warn, info or debug");
}

static int set(struct options *options, const struct row *row, str value,
               struct err *err)
{
    void *at = (char *)options + row->at;
    int rc = 0;

    switch (row->kind) {
    case OPTION_TEXT:
        if (value.n == 0)
            rc = err_set(err, E_INVALID, "is empty");
        else
            *(const char **)at = arena_c(&options->arena, value);
        break;
    case OPTION_NUMBER:
        rc = str_to_i64(value, row->min, row->max, at, err);
        break;
    case OPTION_SWITCH:
        if (!str_eq_c(value, "yes") && !str_eq_c(value, "no"))
            rc = err_set(err, E_INVALID, "is yes or no");
        else
            *(bool *)at = str_eq_c(value, "yes");
        break;
    case OPTION_LEVEL:
        rc = set_level(at, value, err);
        break;
    }
    return rc < 0 ? err_wrap(err, rc, "%s", row->name) : 0;
}

int options_parse(struct options *options, str text, struct err *err)
{
    for (int line = 1; text.n > 0; line++) {
        str value = str_trim(str_cut(&text, '\n'));
        str name;
        const struct row *row;
        int rc;

        if (value.n == 0 || value.p[0] == '#')
            continue;
        name = str_trim(str_cut(&value, '='));
        row = find(name);
        if (row == NULL || !row->in_file)
            rc = err_set(err, E_PARSE, "'%" PRIstr "' is no setting",
                         ARGstr(name));
        else
            rc = set(options, row, str_trim(value), err);
        if (rc < 0)
            return err_wrap(err, rc, "line %d", line);
    }
    return 0;
}

static int read_file(struct options *options, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(CONFIG_MAX);
    const char *path = options->config;
    int rc =
        io_read_file(AT_FDCWD, path != NULL ? path : AGENT_CONFIG, &text, err);

    if (rc == E_ABSENT && path == NULL)
        return 0;
    if (rc == 0)
        rc = options_parse(options, buf_str(&text), err);
    return rc < 0 ? err_wrap(err, rc, "%s", path != NULL ? path : AGENT_CONFIG)
                  : 0;
}

static int read_argument(struct options *options, int *at, struct err *err)
{
    const char *text = options->argv[*at];
    const struct row *row;

    if (strncmp(text, "--", 2) != 0) {
        if (options->command != NULL)
            return err_set(err, E_USAGE, "'%s' is one word too many", text);
        options->command = text;
        return 0;
    }
    row = find(str_c(text + 2));
    if (row == NULL)
        return err_set(err, E_USAGE, "there is no option %s", text);
    if (row->kind == OPTION_SWITCH)
        return set(options, row, STR("yes"), err);
    if (*at + 1 == options->argc)
        return err_set(err, E_USAGE, "%s needs a value", text);
    (*at)++;
    if (set(options, row, str_c(options->argv[*at]), err) < 0)
        return err_wrap(err, E_USAGE, "--");
    return 0;
}

static int read_arguments(struct options *options, struct err *err)
{
    int rc = 0;

    options->command = NULL;
    for (int i = 1; rc == 0 && i < options->argc; i++)
        rc = read_argument(options, &i, err);
    return rc;
}

static int check_metered(const struct options *options, struct err *err)
{
    static const char *const words[] = { "auto", "yes", "no" };

    for (size_t i = 0; i < COUNT(words); i++) {
        if (strcmp(options->metered, words[i]) == 0)
            return 0;
    }
    return err_set(err, E_USAGE, "metered: is auto, yes or no");
}

/* Twice: first to learn which file, then so that the command line wins. */
int options_read(struct options *out, int argc, char **argv, struct err *err)
{
    int rc;

    *out = (struct options){ .data = AGENT_DATA,
                             .user = AGENT_USER,
                             .zone_file = "/etc/localtime",
                             .operators = "/etc/holdfast/operators",
                             .installer = "own",
                             .metered = "auto",
                             .limit_s = LIMIT_DEFAULT_S,
                             .nice = NICE_DEFAULT,
                             .log_level = LOG_LEVEL_INFO,
                             .argc = argc,
                             .argv = argv };
    rc = read_arguments(out, err);
    if (rc == 0)
        rc = read_file(out, err);
    if (rc == 0)
        rc = read_arguments(out, err);
    return rc == 0 ? check_metered(out, err) : rc;
}

void options_clear(struct options *options)
{
    arena_clear(&options->arena);
}

int options_apply(const struct options *options, struct err *err)
{
    log_set_level(options->log_level);
    log_set_json(options->log_json);
    log_set_process(options->role != NULL ? options->role : "agent");
    return options->clock != NULL ? clock_from_file(options->clock, err) : 0;
}
