/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/advisory_edit.h"
#include "cli/commands.h"
#include "cli/downloads.h"
#include "cli/feeds.h"
#include "cli/term.h"

/* What publishers offer without an account at an address that stays. */
static const struct {
    const char *publisher; /* os-release's ID, which feeds' ids begin with */
    const char *url;
} offers[] = {
    { "debian", "https://salsa.debian.org/security-tracker-team/"
                "security-tracker/-/raw/master/data/DSA/list" },
    { "debian", "https://security-tracker.debian.org/tracker/data/json" },
    { "ubuntu", "https://usn.ubuntu.com/usn-db/database-all.json.bz2" },
};

struct updating {
    struct advisory_edit edit;
    size_t done;
    size_t failed;
};

static void warn(const struct err *err)
{
    AUTO(buf_clear) struct buf line = BUF(8192);
    struct term term = term_init();

    term_text(&term, &line, str_c(err_text(err)), TERM_WIDE);
    fprintf(stderr, "holdfast: warning: %s\n", buf_c(&line));
}

/* One that cannot be fetched or read does not keep the others from it. */
static void update(struct updating *u, const struct cli *cli, const char *url)
{
    struct err err = { 0 };
    const char *path;
    int rc = download(cli, &u->edit.store, url, &path, &err);

    if (rc == 0) {
        rc = advisory_edit_import(&u->edit, path, &err);
        download_remove(&u->edit.store, path);
        if (rc < 0)
            err_wrap(&err, rc, "%s", url);
    }
    if (rc < 0)
        warn(&err);
    u->failed += rc < 0;
    u->done += rc == 0;
}

/* "debian", or a feed's id: "debian-12". */
static bool is_of(const char *name, const char *publisher)
{
    size_t n = strlen(publisher);

    return strncmp(name, publisher, n) == 0 &&
           (name[n] == '\0' || name[n] == '-');
}

static bool is_asked(const struct cli *cli, const char *publisher)
{
    for (size_t i = 0; i < cli->args.n; i++) {
        if (is_of(cli->args.p[i], publisher))
            return true;
    }
    return cli->args.n == 0;
}

/* A name that is no URL, no feed's id and no publisher is a mistake. */
static int check_names(const struct cli *cli, struct err *err)
{
    for (size_t i = 0; i < cli->args.n; i++) {
        const char *name = cli->args.p[i];
        bool known = strstr(name, "://") != NULL || strchr(name, '-') != NULL;

        for (size_t k = 0; k < COUNT(offers) && !known; k++)
            known = is_of(name, offers[k].publisher);
        if (!known)
            return err_set(err, E_USAGE, "'%s' is no publisher that is known",
                           name);
    }
    return 0;
}

static int run(struct cli *cli, struct err *err)
{
    struct updating u = { 0 };
    int rc = check_names(cli, err);

    if (rc == 0)
        rc = advisory_edit_begin(&u.edit, cli, err);

    for (size_t i = 0; rc == 0 && i < COUNT(offers); i++) {
        if (is_asked(cli, offers[i].publisher))
            update(&u, cli, offers[i].url);
    }
    for (size_t i = 0; rc == 0 && i < cli->args.n; i++) {
        if (strstr(cli->args.p[i], "://") != NULL)
            update(&u, cli, cli->args.p[i]);
    }
    if (rc == 0 && u.done > 0)
        rc = advisory_edit_finish(&u.edit, err);
    if (rc == 0 && u.failed > 0)
        rc = err_set(err, E_IO, "%zu of %zu could not be updated", u.failed,
                     u.failed + u.done);
    advisory_edit_clear(&u.edit);
    return rc;
}

static const struct cli_option options[] = {
    DOWNLOADS_OPTIONS,
    ADVISORY_EDIT_OPTIONS,
    { NULL },
};

const struct command command_advisory_update = {
    .name = "advisory update",
    .summary = "Fetch what publishers state of vulnerabilities, and import it",
    .arguments = "[debian|ubuntu|FEED|URL]...",
    .about =
        "Without arguments, Debian's list of advisories, the Debian security "
        "tracker and Ubuntu's security notices are fetched over HTTPS. With a "
        "publisher's name, or the id of a feed such as debian-12, only what "
        "that publisher offers; others offer nothing at an address that "
        "stays. A URL may be that of any file that 'holdfast advisory import' "
        "reads, such as a repository's updateinfo.xml.gz.\n\n"
        "A transfer that breaks goes on where it ended, the next time. What "
        "cannot be fetched or read stays as it was; the others are renewed.",
    .options = options,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
