/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/machine.h"
#include "cli/term.h"
#include "content/fetch.h"
#include "content/vendor.h"

enum {
    DIGEST_FILE_MAX = 64 * 1024,
    TIMEOUT_S = 3600,
    TIMEOUT_MAX_S = 7 * 24 * 3600,
};

static const uint64_t bytes_max = (uint64_t)1 << 30;

struct update {
    const struct cli *cli;
    struct store *store;
    struct progress progress;
    uint64_t bytes_max;
    unsigned timeout_s;
};

static bool is_url(str text)
{
    return str_find(text, STR("://")) < text.n;
}

static void on_progress(void *ctx, uint64_t done, uint64_t total)
{
    struct update *u = ctx;

    progress_update(&u->progress, done, total);
}

/* The hidden files that a transfer of this feed uses. */
static const char *part_path(const struct update *u, struct feed *feed,
                             const char *what)
{
    return arena_printf(&feed->arena, "%s/.%" PRIstr "@%s", u->store->dir,
                        ARGstr(feed->id), what)
        .p;
}

static void remove_part(struct feed *feed, const char *path)
{
    unlink(path);
    unlink(arena_printf(&feed->arena, "%s.state", path).p);
}

static struct fetch_request request_for(struct update *u, const char *url,
                                        const char *path)
{
    return (struct fetch_request){
        .url = url,
        .path = path,
        .ca_file = cli_value(u->cli, "ca-file"),
        .bytes_max = u->bytes_max,
        .timeout_s = u->timeout_s,
        .insecure_http = cli_has(u->cli, "insecure-http"),
        .progress = on_progress,
        .progress_ctx = u,
    };
}

/* The digest in the file at url: 64 digits before a blank, on the first line
 * or on the line that ends with the name of the document. */
static int fetch_digest(struct update *u, struct feed *feed, const char *url,
                        str *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(DIGEST_FILE_MAX);
    const char *path = part_path(u, feed, "digest");
    struct fetch_request request = request_for(u, url, path);
    struct fetch_answer answer;
    str name = feed->url;
    str rest;
    int rc;

    request.bytes_max = DIGEST_FILE_MAX;
    rc = content_fetch(&request, &feed->arena, &answer, err);
    if (rc == 0)
        rc = io_read_file(AT_FDCWD, path, &text, err);
    remove_part(feed, path);
    if (rc < 0)
        return rc;
    while (str_find_char(name, '/') < name.n)
        str_cut(&name, '/');
    *out = STR_NONE;
    rest = buf_str(&text);
    while (rest.n > 0) {
        str line = str_trim(str_cut(&rest, '\n'));
        str digest = str_sub(line, 0, 64);

        if (line.n >= 64 && (out->n == 0 || str_ends(line, name)))
            *out = arena_str(&feed->arena, digest);
    }
    if (out->n == 0)
        return err_set(err, E_PARSE, "%s: holds no SHA-256", url);
    return 0;
}

static int check_digest(struct update *u, struct feed *feed, const char *path,
                        struct err *err)
{
    const struct vendor_feed *vendor = vendor_find(feed->id);
    const char *url = cli_value(u->cli, "sha256-url");
    const char *hex = cli_value(u->cli, "sha256");
    str wanted;
    int rc;

    if (hex != NULL)
        return feeds_check_digest(path, str_c(hex), err);
    if (url == NULL && vendor != NULL)
        url = vendor->digest_url;
    if (url == NULL)
        return 0;
    rc = fetch_digest(u, feed, url, &wanted, err);
    return rc < 0 ? rc : feeds_check_digest(path, wanted, err);
}

/* What arrived is kept only while going on with it makes sense. */
static int install(struct update *u, struct feed *feed, const char *path,
                   struct err *err)
{
    int rc = check_digest(u, feed, path, err);

    if (rc == 0)
        rc = store_install(u->store,
                           &(struct store_source){
                               path, feed, cli_has(u->cli, "allow-older") },
                           err);
    remove_part(feed, path);
    return rc < 0 ? err_wrap(err, rc, "%" PRIstr, ARGstr(feed->url)) : 0;
}

static int update_feed(struct update *u, struct feed *feed, struct err *err)
{
    const struct store_feed *now = store_find(u->store, feed->id);
    const char *path = part_path(u, feed, "download");
    const char *url = arena_c(&feed->arena, feed->url);
    struct fetch_request request = request_for(u, url, path);
    struct fetch_answer answer = { 0 };
    int rc;

    if (now != NULL && now->installed && now->problem.n == 0 &&
        str_eq(now->feed.url, feed->url) && !cli_has(u->cli, "force")) {
        request.etag = now->feed.etag;
        request.last_modified = now->feed.last_modified;
    }
    progress_init(&u->progress, "Fetching", cli_has(u->cli, "quiet"));
    rc = content_fetch(&request, &feed->arena, &answer, err);
    progress_end(&u->progress);
    if (rc < 0)
        return rc;
    if (rc == FETCH_UNCHANGED) {
        remove_part(feed, path);
        if (!cli_has(u->cli, "quiet"))
            printf("%" PRIstr ": is current\n", ARGstr(feed->id));
        return 0;
    }
    feed->etag = answer.etag;
    feed->last_modified = answer.last_modified;
    rc = install(u, feed, path, err);
    if (rc == 0 && !cli_has(u->cli, "quiet"))
        feeds_say_installed(feed);
    return rc;
}

/* --- What to update. --- */

static void from_vendor(struct feed *feed, const struct vendor_feed *vendor)
{
    feed->id = str_c(vendor->id);
    feed->vendor = str_c(vendor->vendor);
    feed->title = str_c(vendor->title);
    feed->os = str_c(vendor->os);
    feed->os_version = str_c(vendor->os_version);
    feed->url = str_c(vendor->url);
}

static void from_installed(struct feed *feed, const struct feed *now)
{
    feed->id = arena_str(&feed->arena, now->id);
    feed->vendor = arena_str(&feed->arena, now->vendor);
    feed->title = arena_str(&feed->arena, now->title);
    feed->os = arena_str(&feed->arena, now->os);
    feed->os_version = arena_str(&feed->arena, now->os_version);
    feed->url = arena_str(&feed->arena, now->url);
}

static int name_feed(struct update *u, str given, struct feed *feed,
                     struct err *err)
{
    const struct vendor_feed *vendor = vendor_find(given);
    const struct store_feed *now = store_find(u->store, given);
    const char *id = cli_value(u->cli, "id");

    if (is_url(given)) {
        feed->url = arena_str(&feed->arena, given);
        feed->id =
            id != NULL ? str_c(id) : feed_id_of_path(&feed->arena, given);
        if (!feed_id_is_valid(feed->id))
            return err_set(err, E_USAGE,
                           "'%" PRIstr "' cannot be an id: use --id",
                           ARGstr(feed->id));
        return feeds_set_platform(u->cli, feed, err);
    }
    if (now != NULL && now->feed.url.n > 0)
        from_installed(feed, &now->feed);
    else if (vendor != NULL)
        from_vendor(feed, vendor);
    else
        return err_set(err, E_USAGE,
                       "there is no feed '%" PRIstr "'; 'holdfast content "
                       "list --available' lists those that are known, and "
                       "any URL will do",
                       ARGstr(given));
    return feeds_set_platform(u->cli, feed, err);
}

static int update_named(struct update *u, str given, struct err *err)
{
    AUTO(feed_clear) struct feed feed = FEED;
    int rc = name_feed(u, given, &feed, err);

    return rc < 0 ? rc : update_feed(u, &feed, err);
}

/* One feed after the other: that one vendor's server is down does not keep
 * the others from being renewed. */
static int update_list(struct update *u, const str *given, size_t n,
                       struct err *err)
{
    size_t failed = 0;
    int rc = 0;

    for (size_t i = 0; i < n; i++) {
        int one = update_named(u, given[i], err);

        if (one == 0)
            continue;
        rc = rc < 0 ? rc : one;
        failed++;
        if (n > 1)
            term_report("", err);
    }
    if (rc == 0 || n == 1)
        return rc;
    return err_set(err, rc, "%zu of %zu feeds could not be updated", failed, n);
}

/* Installed feeds that have a URL. The store is read again for each: an
 * update changes it. */
static int update_installed(struct update *u, size_t *out_count,
                            struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    VEC(str) ids = { 0 };
    int rc = 0;

    for (size_t i = 0; i < u->store->feeds.n; i++) {
        const struct store_feed *entry = &u->store->feeds.p[i];

        if (entry->installed && entry->feed.url.n > 0)
            *vec_push(&ids) = arena_str(&arena, entry->feed.id);
    }
    if (ids.n > 0)
        rc = update_list(u, ids.p, ids.n, err);
    *out_count = ids.n;
    vec_clear(&ids);
    return rc;
}

static int update_args(struct update *u, struct err *err)
{
    VEC(str) given = { 0 };
    int rc;

    for (size_t i = 0; i < u->cli->args.n; i++)
        *vec_push(&given) = str_c(u->cli->args.p[i]);
    rc = update_list(u, given.p, given.n, err);
    vec_clear(&given);
    return rc;
}

static int update_for_machine(struct update *u, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct platform machine;
    size_t count = 0;
    int rc = machine_platform(NULL, &arena, &machine, err);

    for (size_t i = 0; rc == 0 && i < vendor_feed_count; i++) {
        struct feed feed = FEED;

        from_vendor(&feed, &vendor_feeds[i]);
        if (feed_fits(&feed, machine.id, machine.version)) {
            rc = update_feed(u, &feed, err);
            count++;
        }
        feed_clear(&feed);
    }
    if (rc == 0 && count == 0)
        return err_set(err, E_ABSENT,
                       "no vendor's feed is known for '%" PRIstr
                       "'; name one by its URL",
                       ARGstr(machine.name));
    return rc;
}

static int read_limits(struct update *u, struct err *err)
{
    const char *bytes = cli_value(u->cli, "max-bytes");
    const char *timeout = cli_value(u->cli, "timeout");
    int64_t number;
    int rc = 0;

    u->bytes_max = bytes_max;
    u->timeout_s = TIMEOUT_S;
    if (bytes != NULL) {
        rc = str_to_i64(str_c(bytes), 1, INT64_MAX / 2, &number, err);
        if (rc < 0)
            return err_wrap(err, E_USAGE, "--max-bytes");
        u->bytes_max = (uint64_t)number;
    }
    if (timeout != NULL) {
        rc = str_to_i64(str_c(timeout), 1, TIMEOUT_MAX_S, &number, err);
        if (rc < 0)
            return err_wrap(err, E_USAGE, "--timeout");
        u->timeout_s = (unsigned)number;
    }
    return 0;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(store_close) struct store store = { 0 };
    struct update u = { .cli = cli, .store = &store };
    const char *dir = cli_value(cli, "dir");
    size_t count = 0;
    int rc = read_limits(&u, err);

    if (rc == 0 && cli->args.n != 1 &&
        (cli_has(cli, "id") || cli_has(cli, "sha256") ||
         cli_has(cli, "sha256-url") || cli_has(cli, "platform")))
        return err_set(err, E_USAGE,
                       "--id, --platform, --sha256 and --sha256-url are "
                       "about one feed; name it");
    if (rc == 0)
        rc = store_open(&store, dir, err);
    if (rc == 0)
        rc = feeds_lock(&store, cli, err);
    if (rc < 0)
        return rc;
    rc = store_reload(&store, err); /* another process may have changed it */
    if (rc == 0 && cli->args.n > 0)
        rc = update_args(&u, err);
    else if (rc == 0)
        rc = update_installed(&u, &count, err);
    if (rc == 0 && cli->args.n == 0 && count == 0)
        rc = update_for_machine(&u, err);
    return rc;
}

static const struct cli_option options[] = {
    FEEDS_INSTALL_OPTIONS,
    { "sha256-url", 0, "URL", "Fetch the expected digest from there" },
    { "force", 0, NULL, "Fetch also what has not changed" },
    { "max-bytes", 0, "N", "Refuse more than N bytes (1 GiB)" },
    { "timeout", 0, "SECONDS", "Give up after this time (3600)" },
    { "ca-file", 0, "FILE",
      "Trust the certificates in FILE instead of the system's" },
    { "insecure-http", 0, NULL,
      "Allow http, to the loopback interface only (for tests)" },
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_content_update = {
    .name = "content update",
    .summary = "Fetch vendors' feeds, and install what is new",
    .arguments = "[FEED|URL]...",
    .about =
        "FEED is the id of an installed feed, or one of those that 'holdfast "
        "content list --available' shows. Without arguments, every installed "
        "feed is renewed; when there is none, the feed for this machine's "
        "system is fetched.\n\n"
        "A feed is fetched only when it changed, and a transfer that broke "
        "goes on where it ended. What arrived is checked, compiled, and "
        "replaces the content in use in one step. A broken transfer, another "
        "digest, a document that does not load, or one that was generated "
        "before the content in use, leave the content in use untouched.\n\n"
        "Only https is used, certificates are checked, and redirects are "
        "followed a few times at most. The program holdfast-fetch reads the "
        "network, without privilege.",
    .options = options,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
