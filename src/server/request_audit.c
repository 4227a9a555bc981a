/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/audit.h"
#include "server/core.h"
#include "server/route.h"

static str printed(const struct jval *jval, struct buf *out)
{
    if (jval == NULL)
        return STR_NONE;
    jval_print(jval, out);
    return buf_str(out);
}

static str actor_of(struct request *req)
{
    if (req->scope.device != 0)
        return arena_printf(&req->arena, "device-%lld",
                            (long long)req->scope.device);
    return req->scope.name.n > 0 ? req->scope.name : STR("system");
}

int request_audit(struct request *req, const char *action, int64_t id,
                  const struct jval *before, const struct jval *after,
                  struct err *err)
{
    AUTO(buf_clear) struct buf before_text = BUF(1 << 20);
    AUTO(buf_clear) struct buf after_text = BUF(1 << 20);
    str rest = str_c(action);
    struct audit_entry entry = {
        .org = req->scope.org,
        .at = req->now,
        .actor = actor_of(req),
        .peer = str_or_empty(req->peer),
        .action = str_c(action),
        .kind = str_cut(&rest, '.'),
        .object = id,
        .before = printed(before, &before_text),
        .after = printed(after, &after_text),
    };
    int rc = buf_finish(&before_text, "audit log: state before", err);

    if (rc == 0)
        rc = buf_finish(&after_text, "audit log: state after", err);
    return rc < 0 ? rc : audit_add(req->core->db, &entry, err);
}
