/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/report_rig.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "fleet/inventory.h"
#include "oval/pack.h"
#include "tests/unit/unit.h"

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        fail_msg("%s", err_text(err));
}

/* --- Content ------------------------------------------------------------- */

static void read_document(const char *from, const char *to, struct buf *out)
{
    AUTO(buf_clear) struct buf whole = BUF(1 << 20);
    struct err err = { 0 };
    str left;

    must(io_read_file(AT_FDCWD, "tests/data/report/content.xml", &whole, &err),
         &err);
    left = buf_str(&whole);
    while (from != NULL && left.n > 0) {
        size_t at = str_find(left, str_c(from));

        buf_add(out, str_sub(left, 0, at));
        if (at == left.n)
            return;
        buf_add_c(out, to);
        left = str_sub(left, at + strlen(from), left.n);
    }
    buf_add(out, left);
}

static void sha256(const char *path, uint8_t out[32])
{
    AUTO(buf_clear) struct buf bytes = BUF(16 << 20);
    uint8_t all[DIGEST_BYTES_MAX];
    struct digest digest;
    struct err err = { 0 };

    must(io_read_file(AT_FDCWD, path, &bytes, &err), &err);
    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, bytes.p, bytes.n);
    assert_int_equal(digest_bytes(&digest, all), 32);
    memcpy(out, all, 32);
}

static void write_pack(const struct report_rig *r, const char *xml,
                       struct content *out)
{
    AUTO(buf_clear) struct buf path = BUF(512);
    AUTO(buf_clear) struct buf final = BUF(512);
    AUTO(oval_content_freep) struct oval_content *content = NULL;
    AUTO(stream_freep) struct stream *stream = NULL;
    AUTO(io_out_freep) struct io_out *file = NULL;
    struct err err = { 0 };

    must(stream_open_memory(str_c(xml), "content.xml", NULL, &stream, &err),
         &err);
    must(oval_load(stream, NULL, NULL, &content, &err), &err);
    buf_printf(&path, "%s/content/new", r->rig->directory);
    must(io_out_open(buf_c(&path), &file, &err), &err);
    oval_pack_write(content, file);
    must(io_out_finish(file, &err), &err);
    sha256(buf_c(&path), out->digest);
    out->definitions = content->definitions.n;
    buf_printf(&final, "%s/content/", r->rig->directory);
    for (size_t i = 0; i < 32; i++)
        buf_printf(&final, "%02x", out->digest[i]);
    buf_add_c(&final, ".pack");
    assert_int_equal(rename(buf_c(&path), buf_c(&final)), 0);
}

int64_t report_rig_activate(struct report_rig *r, const char *platform,
                            const char *from, const char *to, int64_t feed_time)
{
    AUTO(buf_clear) struct buf xml = BUF(1 << 20);
    struct content content = { .source = "test",
                               .size = 1,
                               .feed_time = feed_time };
    struct err err = { 0 };

    snprintf(content.platform, sizeof(content.platform), "%s", platform);

    read_document(from, to, &xml);
    write_pack(r, buf_c(&xml), &content);
    must(db_begin(r->rig->core.db, &err), &err);
    must(content_activate(r->rig->core.db, &content, true, r->rig->now, &err),
         &err);
    must(db_commit(r->rig->core.db, &err), &err);
    return content.id;
}

int64_t report_rig_content(struct report_rig *r, const char *from,
                           const char *to, int64_t feed_time)
{
    struct err err = { 0 };

    r->content = report_rig_activate(r, "debian:12", from, to, feed_time);
    if (r->rig->core.assessor != NULL) {
        assessor_content_changed(&r->rig->core);
        must(assessor_finish(&r->rig->core, &err), &err);
    }
    return r->content;
}

/* --- Devices ------------------------------------------------------------- */

static void add_package(struct wire_list *packages, const char *name,
                        const char *evr)
{
    struct fact_package *all = packages->p;

    all[packages->n++] = (struct fact_package){ .name = str_c(name),
                                                .evr = str_c(evr),
                                                .arch = STR("amd64"),
                                                .source = STR(""),
                                                .source_evr = STR(""),
                                                .key_id = STR("") };
}

void report_rig_packages(struct report_rig *r, int64_t device,
                         struct fact_package *packages, size_t n)
{
    struct inventory inventory = {
        .digest = STR("0123456789abcdef0123456789abcdef"),
        .base_digest = STR(""),
        .collected = r->rig->now,
        .hostname = STR("host"),
        .manager = STR("dpkg"),
        .os = { .id = STR("debian"),
                .version_id = STR("12"),
                .name = STR("Debian GNU/Linux 12"),
                .codename = STR(""),
                .arch = STR("x86_64"),
                .kernel = STR(""),
                .family = STR("unix"),
                .build = STR("") },
        .hardware = { .vendor = STR(""),
                      .model = STR(""),
                      .serial = STR(""),
                      .cpu = STR(""),
                      .virtualisation = STR("") },
        .errors = STR(""),
        .packages = { packages, n },
    };
    uint8_t digest[JOB_DIGEST_BYTES];
    struct err err = { 0 };

    packages_sort(&inventory.packages);
    inventory_digest(&inventory, digest);
    inventory.digest = (str){ (const char *)digest, sizeof(digest) };
    must(db_begin(r->rig->core.db, &err), &err);
    must(
        inventory_store(r->rig->core.db, device, &inventory, r->rig->now, &err),
        &err);
    must(db_commit(r->rig->core.db, &err), &err);
    if (r->rig->core.assessor != NULL) {
        assessor_device_changed(&r->rig->core, device);
        must(assessor_finish(&r->rig->core, &err), &err);
    }
}

void report_rig_inventory(struct report_rig *r, int64_t device,
                          const char *openssl, bool curl)
{
    struct fact_package packages[2];
    struct wire_list list = { packages, 0 };

    if (curl)
        add_package(&list, "curl", "7.88");
    if (openssl != NULL)
        add_package(&list, "openssl", openssl);
    report_rig_packages(r, device, packages, list.n);
}

#define DEVICE(id, org, name, kind)                                            \
    "INSERT INTO device (id, org, name, kind, machine_id, os_id, os_version,"  \
    " os_name, arch, kernel, os_build, manager, time_zone, agent_version,"     \
    " created, last_seen, last_inventory, boot_time, sessions,"                \
    " policy_revision, retired, revision) VALUES (" id ", " org ", '" name     \
    "', '" kind "', '', 'debian', '12', 'Debian GNU/Linux 12', 'x86_64', '',"  \
    " '', 'dpkg', 'UTC', '1', 1, 1, 0, 0, 0, 0, 0, 1)"

static void make_devices(struct report_rig *r)
{
    static const char *const statements[] = {
        "INSERT INTO org (id, name, created) VALUES (2, 'second', 1)",
        DEVICE("1", "1", "web-1", "agent"),
        DEVICE("2", "1", "web-2", "agent"),
        DEVICE("3", "1", "db-1", "agent"),
        DEVICE("4", "2", "other", "agent"),
        DEVICE("5", "1", "printer", "agentless"),
        "INSERT INTO app_user (id, org, login, name, email, source,"
        " password_set, totp_last, disabled, failures, locked_until, created,"
        " last_login, revision) VALUES (7, 1, 'scoped', 'Scoped', '',"
        " 'local', 1, 0, 0, 0, 0, 1, 1, 1)",
        "INSERT INTO role (id, org, name, permissions, built_in, revision)"
        " VALUES (70, 1, 'limited', -1, 0, 1)",
        "INSERT INTO user_role (app_user, role) VALUES (7, 70)",
        "INSERT INTO label (id, org, name, kind, query, notes, download_url,"
        " created, revision) VALUES (700, 1, 'theirs', 'manual', '', '', '',"
        " 1, 1)",
        "INSERT INTO role_label (role, label) VALUES (70, 700)",
        "INSERT INTO device_label (label, device, since) VALUES (700, 2, 1),"
        " (700, 3, 1)",
    };

    for (size_t i = 0; i < COUNT(statements); i++)
        core_rig_sql(r->rig, statements[i]);
    report_rig_inventory(r, 1, "3.0.1", true);
    report_rig_inventory(r, 2, "3.0.9", true);
    report_rig_inventory(r, 3, "3.0.1", false);
    report_rig_inventory(r, 4, "3.0.1", true);
}

/* --- Rig ----------------------------------------------------------------- */

void report_rig_as(struct report_rig *r, const struct scope *scope)
{
    r->rig->scope = scope != NULL ? *scope : scope_system(1);
}

int report_rig_setup(void **state)
{
    struct report_rig *r = mem_alloc(1, sizeof(*r));
    static char content_dir[128];
    void *rig = NULL;
    struct err err = { 0 };

    assert_int_equal(core_rig_setup(&rig), 0);
    r->rig = rig;
    *state = r;
    snprintf(content_dir, sizeof(content_dir), "%s/content", r->rig->directory);
    assert_int_equal(mkdir(content_dir, 0700), 0);
    r->limited = (struct scope){
        .org = 1, .user = 7, .permissions = UINT64_MAX, .name = STR("scoped")
    };
    r->other = scope_system(2);
    reports_start(&r->rig->core, str_c(r->rig->directory));
    make_devices(r);
    report_rig_content(r, NULL, NULL, r->rig->now - 86400);
    assessor_new(&r->rig->core, content_dir);
    must(assessor_finish(&r->rig->core, &err), &err);
    return 0;
}

static void empty(const char *directory)
{
    DIR *dir = opendir(directory);
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    rmdir(directory);
}

int report_rig_teardown(void **state)
{
    struct report_rig *r = *state;
    void *rig = r->rig;
    char content_dir[128];

    snprintf(content_dir, sizeof(content_dir), "%s/content", r->rig->directory);
    reports_stop(&r->rig->core);
    assessor_free(TAKE(r->rig->core.assessor));
    empty(content_dir);
    mem_free(r);
    return core_rig_teardown(&rig);
}
