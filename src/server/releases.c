/* SPDX-License-Identifier: Apache-2.0
 *
 * The core's knowledge of newer versions: asked for by the courier, kept in
 * DATA/release.
 */
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>

#include "base/clock.h"
#include "base/component.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/client.h"
#include "server/config.h"
#include "server/courier.h"
#include "server/events.h"
#include "server/release.h"
#include "server/route.h"
#include "trust/cert.h"

enum {
    TIMER_MS = 60000,
    FETCH_MS = 60000,
    RETRY_S = 3600,
    PROBLEM_MAX = 500,
};

/* Applying is the package manager's work. */
#define HOW                                                                    \
    "apt-get update && apt-get install --only-upgrade holdfast-server"         \
    " (or: dnf upgrade holdfast-server)"

struct releases {
    struct core *core;
    char *path; /* DATA/release */
    struct release_keys keys;
    struct loop_watch *timer;
    struct arena arena; /* of release */
    struct release release;
    int64_t asked;  /* when the address was asked; 0: not yet */
    int64_t heard;  /* when it answered with a good file, or one was brought */
    int64_t errand; /* 0: none is out */
    struct buf problem; /* of the newest try; empty: it went well */
    struct components components;
};

/* --- Keeping ------------------------------------------------------------- */

static int keep_file(const struct releases *r, str file, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc = io_out_open(r->path, &out, err);

    if (rc < 0)
        return rc;
    io_out_write(out, file);
    return io_out_finish(out, err);
}

static void announce(const struct releases *r)
{
    struct jval *data = jval_new_object();

    log_warn("release.newer", LOG_TEXT("version", r->release.version),
             LOG_TEXT("ours", STR(HOLDFAST_VERSION)));
    jval_set_text(data, "version", r->release.version);
    jval_set_bool(data, "security", r->release.security);
    events_publish(r->core->events, 1, "release", 0, 0, data);
}

int releases_take(struct releases *r, str file, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct release release;
    bool news;
    int rc = release_open(file, &r->keys, &arena, &release, err);

    if (rc == 0)
        rc = release_may_follow(&r->release, &release, err);
    if (rc < 0)
        return rc;
    news = !str_eq(release.version, r->release.version);
    if (r->release.released != release.released || news)
        rc = keep_file(r, file, err);
    if (rc < 0)
        return rc;
    arena_clear(&r->arena);
    r->arena = arena;
    arena = (struct arena)ARENA;
    r->release = release;
    r->heard = now;
    buf_reset(&r->problem);
    if (news && release_is_older(STR(HOLDFAST_VERSION), release.version))
        announce(r);
    return 0;
}

/* What was accepted before is believed only as far as it is signed. */
static void load(struct releases *r)
{
    AUTO(buf_clear) struct buf file = BUF(2 * RELEASE_FILE_MAX);
    struct err err = { 0 };
    int rc = io_read_file(AT_FDCWD, r->path, &file, &err);

    if (rc == 0)
        rc = release_open(buf_str(&file), &r->keys, &r->arena, &r->release,
                          &err);
    if (rc < 0 && rc != E_ABSENT)
        log_warn("release.not_read", LOG_TEXT("why", str_c(err_text(&err))));
}

/* --- Asking -------------------------------------------------------------- */

static void failed(struct releases *r, const char *why)
{
    buf_reset(&r->problem);
    buf_add(&r->problem, str_sub(str_c(why), 0, PROBLEM_MAX));
    log_warn("release.not_heard", LOG_TEXT("why", str_c(why)));
}

static void answered(void *ctx, const struct errand_return *answer)
{
    struct releases *r = ctx;
    struct err err = { 0 };
    int rc = (int)answer->code;

    r->errand = 0;
    if (rc < 0)
        err_set(&err, rc, "%" PRIstr, ARGstr(answer->text));
    else if (answer->status != 200)
        rc = err_set(&err, E_IO, "the address answers with status %lld",
                     (long long)answer->status);
    else
        rc = releases_take(r, answer->body, clock_now(), &err);
    if (rc < 0)
        failed(r, err_text(&err));
}

static void ask(struct releases *r, int64_t now)
{
    struct errand_fetch fetch = {
        .method = STR("GET"),
        .url = r->core->config->release_url,
        .content_type = STR(""),
        .body = STR(""),
        .authority = STR(""),
        .operator_word = true,
        .redirects = 3,
        .answer_max = RELEASE_FILE_MAX,
        .timeout_ms = FETCH_MS,
    };
    struct err err = { 0 };

    r->asked = now;
    if (courier_fetch(r->core->courier, &fetch, answered, r, &err) < 0)
        failed(r, err_text(&err));
    else
        r->errand = fetch.id;
}

void releases_look(struct releases *r, int64_t now)
{
    int64_t wait = r->problem.n > 0 ? RETRY_S : RELEASE_LOOK_S;
    const struct config *config = r->core->config;

    if (config == NULL || config->release_url.n == 0 || r->errand != 0 ||
        r->core->courier == NULL)
        return;
    if (r->asked == 0 || now - r->asked >= wait || now < r->asked)
        ask(r, now);
}

static void on_timer(void *ctx)
{
    struct releases *r = ctx;

    r->timer = loop_timer(r->core->loop, TIMER_MS, on_timer, r);
    releases_look(r, clock_now());
}

/* --- Start and end ------------------------------------------------------- */

static void add_components(struct components *components)
{
    base_components(components);
    sign_components(components);
    cert_components(components);
    http_components(components);
    store_components(components);
    component_add(components, "gnutls", gnutls_check_version(NULL));
    component_add(components, "libmicrohttpd", MHD_get_version());
}

struct releases *releases_new(struct core *core, const char *data_dir)
{
    struct releases *r = mem_alloc(1, sizeof(*r));
    size_t n = strlen(data_dir) + sizeof("/release");

    r->core = core;
    r->path = mem_alloc(n, 1);
    snprintf(r->path, n, "%s/release", data_dir);
    r->problem = BUF_INIT(PROBLEM_MAX);
    /* Checked when the configuration was read. */
    if (core->config != NULL &&
        release_keys_read(core->config->release_keys, &r->keys, NULL) < 0)
        r->keys.count = 0;
    add_components(&r->components);
    load(r);
    r->timer = loop_timer(core->loop, TIMER_MS / 10, on_timer, r);
    return r;
}

void releases_free(struct releases *r)
{
    if (r == NULL)
        return;
    loop_remove(r->timer);
    if (r->errand != 0 && r->core->courier != NULL)
        courier_forget(r->core->courier, r->errand);
    vec_clear(&r->components.all);
    buf_clear(&r->problem);
    arena_clear(&r->arena);
    mem_free(r->path);
    mem_free(r);
}

/* --- What is said of it -------------------------------------------------- */

static bool is_newer(const struct releases *r)
{
    return r->release.version.n > 0 &&
           release_is_older(STR(HOLDFAST_VERSION), r->release.version);
}

/* The version of a component that runs here, or STR_NONE. */
static str version_of(const struct releases *r, str component)
{
    if (str_eq(component, STR("holdfast")))
        return STR(HOLDFAST_VERSION);
    for (size_t i = 0; i < r->components.all.n; i++) {
        if (str_eq_c(component, r->components.all.p[i].name))
            return str_c(r->components.all.p[i].version);
    }
    return STR_NONE;
}

static struct jval *flaw_json(const struct release_flaw *flaw, str version)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "component", flaw->component);
    jval_set_text(o, "version", version);
    jval_set_text(o, "fixed", flaw->fixed);
    jval_set_text(o, "cve", flaw->cve);
    jval_set_text(o, "severity", flaw->severity);
    jval_set_text(o, "title", flaw->title);
    return o;
}

/* Those that what runs here has. */
static struct jval *flaws_json(const struct releases *r)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < r->release.flaw_count; i++) {
        const struct release_flaw *flaw = &r->release.flaws[i];
        str version = version_of(r, flaw->component);

        if (version.p != NULL && release_is_older(version, flaw->fixed))
            jval_push(list, flaw_json(flaw, version));
    }
    return list;
}

static struct jval *components_json(const struct releases *r)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < r->components.all.n; i++) {
        struct jval *o = jval_new_object();

        jval_set_text(o, "name", str_c(r->components.all.p[i].name));
        jval_set_text(o, "version", str_c(r->components.all.p[i].version));
        jval_push(list, o);
    }
    return list;
}

struct jval *releases_json(const struct releases *r, int64_t now)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "version", STR(HOLDFAST_VERSION));
    jval_set_text(o, "newest", r->release.version);
    jval_set_bool(o, "newer", is_newer(r));
    json_time(o, "released", r->release.released);
    jval_set_bool(o, "security", r->release.security);
    jval_set_text(o, "notes", r->release.notes);
    jval_set_text(o, "url", r->release.url);
    jval_set_text(o, "apply", is_newer(r) ? STR(HOW) : STR_NONE);
    json_time(o, "heard", r->heard);
    jval_set_bool(o, "stale", now - r->heard > RELEASE_STALE_S);
    jval_set_text(o, "problem",
                  r->problem.n > 0 ? buf_str(&r->problem) : STR_NONE);
    jval_set(o, "flaws", flaws_json(r));
    jval_set(o, "components", components_json(r));
    return o;
}

static struct jval *add(struct jval *checks, const char *name,
                        const char *state, str text)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "name", str_c(name));
    jval_set_text(o, "state", str_c(state));
    jval_set_text(o, "text", text);
    jval_push(checks, o);
    return o;
}

static void check_version(const struct releases *r, int64_t now,
                          struct jval *checks)
{
    AUTO(buf_clear) struct buf text = BUF(2048);
    struct jval *check;
    bool stale = r->heard == 0 || now - r->heard > RELEASE_STALE_S;

    if (is_newer(r))
        buf_printf(&text, "version %" PRIstr " is there: %s",
                   ARGstr(r->release.version), HOW);
    else if (r->problem.n > 0)
        buf_printf(&text, "newer versions are not known: %" PRIstr,
                   ARGstr(buf_str(&r->problem)));
    else if (stale)
        buf_add_c(&text, "nothing was heard of newer versions: see "
                         "release.url and release.keys, or 'holdfast release "
                         "import'");
    else
        buf_add_c(&text, "this is the newest version");
    check = add(checks, "version",
                is_newer(r) ? "attention"
                : stale     ? "unknown"
                            : "good",
                buf_str(&text));
    jval_set_text(check, "newest",
                  r->release.version.n > 0 ? r->release.version : STR_NONE);
}

void releases_check(const struct releases *r, int64_t now, struct jval *checks)
{
    AUTO(buf_clear) struct buf text = BUF(256);
    bool stale;
    struct jval *flaws;
    struct jval *check;

    if (r == NULL) {
        add(checks, "version", "unknown",
            STR("newer versions are not asked "
                "for"));
        return;
    }
    check_version(r, now, checks);
    stale = r->heard == 0 || now - r->heard > RELEASE_STALE_S;
    flaws = flaws_json(r);
    buf_printf(&text, "%zu known flaws in Holdfast and what it is built on%s",
               jval_count(flaws), stale ? "; nothing newer was heard" : "");
    check = add(checks, "flaws",
                jval_count(flaws) > 0 ? "attention"
                : stale               ? "unknown"
                                      : "good",
                buf_str(&text));
    jval_set(check, "flaws", flaws);
    jval_set(check, "components", components_json(r));
}
