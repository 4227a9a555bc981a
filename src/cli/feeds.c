/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/feeds.h"

#include <stdio.h>

#include "cli/term.h"

enum {
    DAY_S = 24 * 3600
};

static int64_t age_days(const struct feed *feed, int64_t now_s)
{
    int64_t made = feed_time(feed->generated);

    return made < 0 || made > now_s ? 0 : (now_s - made) / DAY_S;
}

str feeds_age(const struct feed *feed, int64_t now_s, struct arena *arena)
{
    int64_t days = age_days(feed, now_s);

    if (feed_time(feed->generated) < 0)
        return STR_NONE;
    if (days == 0)
        return STR("less than a day old");
    return arena_printf(arena, "%lld day%s old", (long long)days,
                        days == 1 ? "" : "s");
}

bool feeds_is_old(const struct feed *feed, int64_t now_s)
{
    return age_days(feed, now_s) > FEEDS_OLD_DAYS;
}

int feeds_lock(struct store *store, const struct cli *cli, struct err *err)
{
    int rc = store_lock(store, false, err);

    if (rc <= 0)
        return rc;
    if (!cli_has(cli, "quiet"))
        fprintf(stderr,
                "holdfast: another process changes the content in "
                "%s; waiting for it\n",
                store->dir);
    return store_lock(store, true, err);
}

int feeds_set_platform(const struct cli *cli, struct feed *feed,
                       struct err *err)
{
    const char *given = cli_value(cli, "platform");
    str version;
    str os;

    if (given == NULL)
        return 0;
    version = str_c(given);
    os = str_cut(&version, ':');
    if (os.n == 0 || version.n == 0)
        return err_set(err, E_USAGE,
                       "--platform is OS:VERSION, as debian:12, not '%s'",
                       given);
    feed->os = arena_str(&feed->arena, os);
    feed->os_version = arena_str(&feed->arena, version);
    return 0;
}

int feeds_check_digest(const char *path, str wanted, struct err *err)
{
    char hex[DIGEST_HEX_MAX];
    int rc = store_digest(path, hex, err);

    if (rc < 0)
        return rc;
    if (str_eq_nocase(str_c(hex), wanted))
        return 0;
    return err_set(err, E_INVALID,
                   "its SHA-256 is %s, and %" PRIstr " was expected", hex,
                   ARGstr(wanted));
}

void feeds_say_installed(const struct feed *feed)
{
    AUTO(buf_clear) struct buf line = BUF(1 << 16);
    struct term term = term_init();

    term_text(&term, &line, feed->id, TERM_WIDE);
    buf_printf(&line, ": installed, %lld definitions, generated on ",
               (long long)feed->definitions);
    term_text(&term, &line,
              feed->generated.n > 0 ? feed->generated : STR("an unknown day"),
              TERM_WIDE);
    puts(buf_c(&line));
}
