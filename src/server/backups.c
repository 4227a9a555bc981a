/* SPDX-License-Identifier: Apache-2.0 */
#include "server/backups.h"

#include "base/clock.h"
#include "base/log.h"
#include "fleet/audit.h"
#include "fleet/org.h"
#include "server/config.h"
#include "server/role.h"

const char *backups_path(struct core *core, struct arena *arena, str file)
{
    return arena_printf(arena, "%" PRIstr "/backups/%" PRIstr,
                        ARGstr(core->config->data), ARGstr(file))
        .p;
}

void backups_start(struct core *core)
{
    struct err err = { 0 };
    int rc = db_begin(core->db, &err);

    if (rc == 0)
        rc = backup_lost(core->db, STR("the server ended before it was done"),
                         clock_now(), &err);
    if (rc == 0)
        rc = db_commit(core->db, &err);
    if (rc < 0) {
        db_rollback(core->db);
        log_warn("backup.not_noted", LOG_TEXT("why", str_c(err_text(&err))));
    }
}

int backups_order(struct core *core, const struct backup *backup,
                  str passphrase, bool check, struct err *err)
{
    struct message_backup order = { .id = backup->id,
                                    .file = backup->file,
                                    .passphrase = passphrase,
                                    .check = check };

    if (core->process == NULL)
        return err_set(err, E_ABSENT, "there is no supervisor");
    return process_send(core->process, ROLE_SUPERVISOR, MESSAGE_BACKUP, &order,
                        -1, err);
}

/* So that the age of the newest is known (K-APP-3). */
static int note(struct core *core, const struct backup *backup, int64_t now,
                struct err *err)
{
    AUTO(buf_clear) struct buf after = BUF(512);
    struct audit_entry entry = { .org = ORG_FIRST,
                                 .at = now,
                                 .actor = backup->author,
                                 .peer = STR(""),
                                 .action = STR("backup.made"),
                                 .kind = STR("store"),
                                 .object = backup->id };

    buf_printf(&after, "{\"rows\":%lld}", (long long)backup->records);
    entry.after = buf_str(&after);
    return audit_add(core->db, &entry, err);
}

static int made(struct core *core, struct backup *backup,
                const struct message_backup_done *done, struct err *err)
{
    int64_t now = clock_now();
    int rc;

    backup->ended = now;
    backup->tables = done->tables;
    backup->records = done->rows;
    backup->bytes = done->size;
    backup->state = done->code < 0 ? STR("failed") : STR("done");
    backup->checked = done->code < 0 ? 0 : now;
    backup->text = str_sub(done->text, 0, BACKUP_TEXT_MAX);
    rc = backup_end(core->db, backup, err);
    if (rc == 0 && done->code == 0)
        rc = note(core, backup, now, err);
    return rc;
}

int backups_done(struct core *core, const struct message_backup_done *done,
                 struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct backup backup;
    int rc = db_begin(core->db, err);

    if (rc == 0)
        rc = backup_get(core->db, done->id, &arena, &backup, err);
    if (rc == 0 && str_eq_c(backup.state, "making"))
        rc = made(core, &backup, done, err);
    else if (rc == 0)
        rc = backup_check_end(core->db, done->id,
                              done->code == 0 ? clock_now() : 0,
                              str_sub(done->text, 0, BACKUP_TEXT_MAX), err);
    if (rc == 0)
        rc = db_commit(core->db, err);
    if (rc == 0) {
        log_info("backup.ended", LOG_I64("backup", done->id),
                 LOG_I64("code", done->code), LOG_TEXT("text", done->text));
        return 0;
    }
    db_rollback(core->db);
    log_error("backup.not_noted", LOG_TEXT("why", str_c(err_text(err))));
    return 0; /* the supervisor broke no rule */
}
