/* SPDX-License-Identifier: Apache-2.0 */
#include "server/fetching.h"

#include "base/digest.h"
#include "base/utf8.h"
#include "netdev/family.h"
#include "netdev/mask.h"
#include "netdev/servers/aus.h"
#include "netdev/servers/cns.h"
#include "server/people.h"
#include "trust/sign.h"

enum {
    LINES_MAX = 200000,
    IDENTIFIER_MAX = 16,
};

bool fetching_is_aus(int64_t server_kind, str family)
{
    const struct family *row = family_find(family);

    return row != NULL && (row->fetches & FETCH_AUS) != 0 &&
           server_kind != NETDEV_SERVER_PNP;
}

str fetching_base(const struct netdev_server *server, struct arena *arena)
{
    return arena_printf(arena, "http%s://%" PRIstr ":%lld",
                        server->tls ? "s" : "", ARGstr(server->address),
                        (long long)server->port);
}

str fetching_url(const struct netdev_server *server,
                 const struct staged *staged, struct arena *arena)
{
    str base = fetching_base(server, arena);

    return arena_printf(arena, "%" PRIstr "/fetch/%" PRIstr "/%" PRIstr,
                        ARGstr(base), ARGstr(staged->token),
                        ARGstr(staged->item.name));
}

static str seal_context(const struct staged *staged, struct arena *arena)
{
    return arena_printf(arena, "netdev stage %" PRIstr, ARGstr(staged->token));
}

int fetching_open(struct core *core, const struct staged *staged,
                  struct buf *out, struct err *err)
{
    struct arena arena = ARENA;
    int rc = seal_open(&core->people->key, seal_context(staged, &arena),
                       staged->sealed, out, err);

    arena_clear(&arena);
    return rc;
}

/* R-DEP-1: "<device>_full.cfg". Only what every file system takes. */
static str file_name(const struct fetcher *fetcher, bool delta, bool xml,
                     struct arena *arena)
{
    AUTO(buf_clear) struct buf name = BUF(STAGE_NAME_MAX);

    for (size_t i = 0; i < fetcher->name.n && i < 100; i++) {
        char c = fetcher->name.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z') || c == '-' ||
                     (c == '.' && name.n > 0);

        buf_add_char(&name, plain ? c : '_');
    }
    buf_printf(&name, "_%s.%s", delta ? "delta" : "full", xml ? "xml" : "cfg");
    return arena_str(arena, buf_str(&name));
}

static int64_t count_lines(str text)
{
    int64_t n = 0;

    while (text.n > 0) {
        (void)str_cut(&text, '\n');
        n++;
    }
    return n;
}

static int check_hours(const struct fetching_order *order,
                       const char **out_field, struct err *err)
{
    *out_field = "hours";
    if (order->hours < 1 || order->hours > STAGE_HOURS_MAX)
        return err_set(err, E_INVALID, "1 to %d hours", STAGE_HOURS_MAX);
    return 0;
}

static int check(const struct fetching_order *order, const char **out_field,
                 struct err *err)
{
    *out_field = "config";
    if (str_trim(order->config).n == 0)
        return err_set(err, E_INVALID, "the configuration is empty");
    if (order->config.n > STAGE_CONFIG_MAX ||
        count_lines(order->config) > LINES_MAX)
        return err_set(err, E_INVALID, "the configuration is too large");
    if (utf8_valid(order->config) != order->config.n ||
        str_find_char(order->config, '\0') < order->config.n)
        return err_set(err, E_INVALID, "the configuration is no UTF-8 text");
    return check_hours(order, out_field, err);
}

static void make_bytes(const struct fetching_order *order,
                       const struct staged *staged, struct buf *out)
{
    const struct fetcher *f = order->fetcher;

    if (fetching_is_aus(f->server_kind, f->family))
        aus_config(order->config, order->server->xml, out);
    else if (f->server_kind == NETDEV_SERVER_CE)
        cns_config(order->config, f->identity, staged->item.offered,
                   order->server->xml, out);
    else
        aus_config(order->config, false, out);
}

int fetching_stage(struct core *core, const struct scope *scope,
                   const struct fetching_order *order, struct staged *out,
                   const char **out_field, struct err *err)
{
    AUTO(buf_wipe) struct buf bytes = BUF(4 * STAGE_CONFIG_MAX);
    AUTO(buf_clear)
    struct buf sealed = BUF(4 * STAGE_CONFIG_MAX + SEAL_OVERHEAD);
    AUTO(buf_clear) struct buf masked = BUF(2 * STAGE_CONFIG_MAX);
    const struct fetcher *f = order->fetcher;
    struct arena *arena = order->arena;
    bool delta = f->server_kind == NETDEV_SERVER_CE &&
                 !fetching_is_aus(f->server_kind, f->family);
    struct digest digest;
    char sum[DIGEST_HEX_MAX];
    int rc = check(order, out_field, err);

    if (rc < 0)
        return rc;
    *out = (struct staged){
        .device = f->device,
        .device_name = f->name,
        .item = { .kind = STAGE_CONFIG,
                  .state = order->approved ? STAGE_STAGED : STAGE_WAITING,
                  .lines = count_lines(order->config),
                  .expires = order->now + order->hours * 3600 },
        .is_delta = delta, /* R-AUS-9, R-CNE-6 */
        .title = order->title,
        .token = staged_token(arena),
        .applied = -1,
    };
    out->item.name = file_name(
        f, delta, order->server->xml && f->server_kind != NETDEV_SERVER_PNP,
        arena);
    out->item.offered =
        delta ? arena_printf(arena, "hf-%" PRIstr,
                             ARGstr(str_sub(out->token, 0, IDENTIFIER_MAX)))
              : STR("");
    make_bytes(order, out, &bytes);
    rc = buf_finish(&bytes, "the configuration", err);
    if (rc < 0)
        return rc;
    digest_init(&digest, DIGEST_MD5);
    digest_add(&digest, bytes.p, bytes.n);
    digest_finish(&digest, sum);
    out->item.sum = arena_str(arena, str_c(sum));
    out->size = (int64_t)bytes.n;
    seal_make(&core->people->key, seal_context(out, arena), buf_str(&bytes),
              &sealed);
    mask_text(order->config, NULL, 0, &masked);
    out->sealed = arena_str(arena, buf_str(&sealed));
    out->masked = arena_str(arena, buf_str(&masked));
    return staged_add(core->db, scope, out, order->now, err);
}

int fetching_stage_image(struct core *core, const struct scope *scope,
                         const struct fetching_order *order, struct staged *out,
                         const char **out_field, struct err *err)
{
    const struct netdev_image *image = order->image;
    const struct fetcher *f = order->fetcher;
    bool aus = fetching_is_aus(f->server_kind, f->family);
    int rc = check_hours(order, out_field, err);

    if (rc < 0)
        return rc;
    *out_field = "image";
    if (!aus &&
        (f->server_kind != NETDEV_SERVER_PNP || image->kind != STAGE_IMAGE))
        return err_set(err, E_INVALID,
                       "images are fetched by Auto Update and Plug-n-Play, "
                       "ASDM by Auto Update only (R-AUS-10)");
    if (!image->is_kept)
        return err_set(err, E_INVALID,
                       "no server has the file of this image any more: remove "
                       "it and bring it again");
    *out = (struct staged){
        .device = f->device,
        .device_name = f->name,
        .item = { .kind = image->kind,
                  .state = order->approved ? STAGE_STAGED : STAGE_WAITING,
                  .sum = image->md5,
                  .name = image->name,
                  .version = image->version,
                  .expires = order->now + order->hours * 3600 },
        .title = order->title,
        .sha256 = image->sha256,
        .size = image->size,
        .token = staged_token(order->arena),
        .applied = -1,
    };
    return staged_add(core->db, scope, out, order->now, err);
}
