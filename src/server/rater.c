/* SPDX-License-Identifier: Apache-2.0
 *
 * Risk data (CVSS, KEV, EPSS) for findings; see server/reports.h.
 */
#include <sys/stat.h>

#include "base/log.h"
#include "content/rater.h"
#include "risk/data.h"
#include "server/reports.h"

struct rater {
    struct content_rater *rater; /* NULL: there are no data */
    struct risk_data *data;      /* the rater's */
    struct buf path;
    struct stat seen;
    bool warned;
    uint64_t version;
};

static void warn(void *ctx, const struct err *err)
{
    struct rater *r = ctx;

    if (!r->warned)
        log_warn("risk.unusable", LOG_TEXT("why", str_c(err_text(err))));
    r->warned = true;
}

struct rater *rater_new(const char *dir)
{
    struct rater *r = mem_alloc(1, sizeof(*r));

    r->path = BUF_INIT(4096);
    buf_printf(&r->path, "%s/risk.data", dir);
    return r;
}

void rater_free(struct rater *r)
{
    if (r == NULL)
        return;
    content_rater_free(r->rater);
    buf_clear(&r->path);
    mem_free(r);
}

static void open_again(struct rater *r)
{
    struct err err = { 0 };

    content_rater_freep(&r->rater);
    r->data = NULL;
    r->warned = false;
    r->version++;
    if (r->seen.st_ino == 0)
        return;
    if (risk_data_open(buf_c(&r->path), &r->data, &err) < 0)
        warn(r, &err);
    else
        r->rater = content_rater_new(r->data, warn, r);
}

static void look(struct rater *r)
{
    struct stat now;

    if (stat(buf_c(&r->path), &now) < 0)
        memset(&now, 0, sizeof(now));
    if (now.st_ino == r->seen.st_ino && now.st_size == r->seen.st_size &&
        now.st_mtim.tv_sec == r->seen.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == r->seen.st_mtim.tv_nsec)
        return;
    r->seen = now;
    open_again(r);
}

const struct oval_rater *rater_use(struct rater *r)
{
    if (r == NULL)
        return NULL;
    look(r);
    return content_rater_oval(r->rater);
}

struct risk_data *rater_data(struct rater *r)
{
    if (r == NULL)
        return NULL;
    look(r);
    return r->data;
}

uint64_t rater_version(struct rater *r)
{
    if (r == NULL)
        return 0;
    look(r);
    return r->version;
}
