/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/input.h"
#include "schedule/calendar.h"
#include "schedule/words.h"

enum {
    COUNT_DEFAULT = 12, /* P-SCH-13 */
    COUNT_MAX = 10000,
};

struct preview {
    struct schedule schedule;
    struct zone *zone;
    int64_t from;
    size_t count;
    struct occurrence *runs;
    size_t run_count;
};

static void clear(struct preview *preview)
{
    zone_free(preview->zone);
    mem_free(preview->runs);
}

static int read_spec(const char *path, int64_t from, struct schedule *out,
                     struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(SCHEDULE_TEXT_MAX);
    const char *name;
    int rc = input_read(path, &text, &name, err);

    if (rc < 0)
        return rc;
    rc = schedule_parse(buf_str(&text), out, err);
    if (rc == 0)
        rc = schedule_check(out, from, err);
    return rc < 0 ? err_wrap(err, rc, "%s", name) : 0;
}

static int read_zone(const char *name, struct zone **out, struct err *err)
{
    int rc;

    if (name == NULL)
        return zone_load_local(ZONE_LOCAL_FILE, out, err);
    rc = zone_load(NULL, str_c(name), out, err);
    return rc == E_INVALID ? err_wrap(err, E_USAGE, "--zone") : rc;
}

/* A time that the zone does not have lies before the end of the gap: what
 * runs then is after it. */
static int read_from(const char *text, const struct zone *zone, int64_t *out,
                     struct err *err)
{
    int64_t local;
    int rc;

    if (text == NULL) {
        *out = clock_now();
        return 0;
    }
    rc = calendar_parse(str_c(text), false, &local, err);
    if (rc < 0)
        return err_wrap(err, E_USAGE, "--from");
    *out = zone_local_to_utc(zone, local);
    if (!zone_has_local(zone, local))
        (*out)--;
    return 0;
}

static int read_count(const char *text, size_t *out, struct err *err)
{
    int64_t count = COUNT_DEFAULT;

    if (text != NULL && str_to_i64(str_c(text), 1, COUNT_MAX, &count, NULL) < 0)
        return err_set(err, E_USAGE, "--count: '%s' is no number from 1 to %d",
                       text, COUNT_MAX);
    *out = (size_t)count;
    return 0;
}

static void write_run(const struct occurrence *run, struct json_writer *w)
{
    char text[CALENDAR_TEXT_MAX];

    json_write_object(w);
    json_write_member(w, "local", str_c(calendar_format(run->local, "", text)));
    json_write_member(w, "utc", str_c(calendar_format(run->utc, "Z", text)));
    json_write_member(w, "rule", str_c(schedule_type_name(run->rule)));
    json_write_member(w, "stage_local",
                      run->has_stage
                          ? str_c(calendar_format(run->stage_local, "", text))
                          : STR_NONE);
    json_write_object_end(w);
}

static int print_json(const struct preview *preview, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    json_write_array(w);
    for (size_t i = 0; i < preview->run_count; i++)
        write_run(&preview->runs[i], w);
    json_write_array_end(w);
    json_write_free(w);
    return io_out_finish(out, err);
}

static int print_words(const struct preview *preview,
                       enum words_language language, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 22);
    struct schedule_warnings warnings =
        schedule_warn(&preview->schedule, preview->zone, preview->from);

    words_schedule(&preview->schedule, language, &out);
    buf_add_char(&out, '\n');
    words_warnings(&warnings, language, &out);
    if (preview->run_count > 0) {
        buf_add_char(&out, '\n');
        words_heading(preview->zone, language, &out);
        buf_add_char(&out, '\n');
    }
    for (size_t i = 0; i < preview->run_count; i++) {
        buf_add_c(&out, "  ");
        words_run(&preview->runs[i], language, &out);
        buf_add_char(&out, '\n');
    }
    return help_print(&out, err);
}

static int read_language(const char *text, enum words_language *out,
                         struct err *err)
{
    *out = WORDS_EN;
    if (text != NULL)
        *out = words_language_of(str_c(text));
    return *out == WORDS_LANGUAGES
               ? err_set(err, E_USAGE,
                         "--words: '%s' is no language known here; expected "
                         "en, fr or nl",
                         text)
               : 0;
}

static int read_preview(struct cli *cli, struct preview *out, struct err *err)
{
    int rc = read_count(cli_value(cli, "count"), &out->count, err);

    if (rc == 0)
        rc = read_zone(cli_value(cli, "zone"), &out->zone, err);
    if (rc == 0)
        rc = read_from(cli_value(cli, "from"), out->zone, &out->from, err);
    return rc < 0 ? rc
                  : read_spec(cli_value(cli, "json"), out->from, &out->schedule,
                              err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(clear) struct preview preview = { .schedule = SCHEDULE };
    const char *words = cli_value(cli, "words");
    enum words_language language;
    int rc;

    if (cli_value(cli, "json") == NULL)
        return err_set(err, E_USAGE, "--json FILE is missing");
    rc = read_language(words, &language, err);
    if (rc == 0)
        rc = read_preview(cli, &preview, err);
    if (rc < 0)
        return rc;
    preview.runs = mem_alloc(preview.count, sizeof(*preview.runs));
    preview.run_count =
        schedule_next(&preview.schedule, preview.zone, preview.from,
                      preview.runs, preview.count);
    return words != NULL ? print_words(&preview, language, err)
                         : print_json(&preview, err);
}

static const struct cli_option options[] = {
    { "json", 0, "FILE", "The schedule; \"-\" is standard input" },
    { "from", 0, "TIME",
      "Runs after this local time, as 2026-01-31T08:30; without it, after "
      "now" },
    { "zone", 0, "ZONE",
      "The time zone, as Europe/Amsterdam or UTC; without it, the machine's" },
    { "count", 0, "N", "How many runs, 1 to 10000; without it, 12" },
    { "words", 0, "LANGUAGE",
      "Say it to a person instead, in en, fr or nl, with what may not be "
      "meant" },
    { NULL },
};

const struct command command_schedule_next = {
    .name = "schedule next",
    .summary = "Show when a schedule runs next",
    .arguments = "--json FILE",
    .about =
        "Checks a schedule and prints its next runs as JSON: the local time, "
        "the time in UTC, the rule that gave the run, and when staging starts "
        "(or null).\n\n"
        "FILE holds an object. \"type\" is one of these, with its fields:\n\n"
        "  daily            time \"HH:MM\"\n"
        "  weekly           time, weekdays [\"mon\", ...]\n"
        "  monthly_date     time, date 1 to 31 or \"last\"\n"
        "  monthly_weekday  time, nth 1 to 4 or \"last\", weekday\n"
        "  monthly_workday  time, nth 1 to 20 or \"last\" (Monday to Friday)\n"
        "  patch_tuesday    time; after_patch_tuesday_days 0 to 27 moves it\n"
        "  every            every_minutes 1 to 1440, or whole hours up to "
        "168;\n"
        "                   anchor \"2026-01-31T08:30Z\" to count from\n"
        "  cron             expression of five fields, as \"0 3 * * 1-5\"\n"
        "  none             runs only by an event\n\n"
        "The monthly types also take months [1, ...], delay_days 0 to 30, and "
        "after_patch_tuesday_days 0 to 27, which adds a run. All but every and "
        "none take stage_hours 1 to 23; for a run on the first of a month "
        "nothing is staged on the day before. All take run_if_missed.\n\n"
        "A time that a change of the clock skips runs at the first instant "
        "after it; a time that occurs twice runs once, at the first.\n\n"
        "  holdfast schedule next --json patches.json --words en\n"
        "  holdfast schedule next --json patches.json \\\n"
        "      --from 2026-01-01T00:00 --zone Europe/Amsterdam",
    .options = options,
    .run = run,
};
