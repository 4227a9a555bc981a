/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/loop.h"
#include "fleet/netdev_image.h"
#include "server/images.h"
#include "server/people.h"
#include "tests/unit/people_rig.h"

#define IMAGES "/api/v1/device-images"

enum {
    LARGE = (5 << 20) + 7,
};

static struct core_rig *rig_of(void **state)
{
    struct people_rig *people = *state;

    people->core->authenticate = false;
    return people->core;
}

/* Until nothing is to be done any more. */
static void settle(struct core_rig *rig)
{
    images_look(&rig->core);
    for (int i = 0; i < 1000; i++)
        loop_once(rig->core.loop, 0);
}

static const struct jval *upload(struct core_rig *rig, int status,
                                 const char *query, str bytes)
{
    char path[256];

    (void)snprintf(path, sizeof(path), IMAGES "?%s", query);
    rig->status = 0;
    core_rig_send(rig, 0, "POST", path, bytes);
    for (int i = 0; rig->held && i < 100000 && rig->status == 0; i++)
        loop_once(rig->core.loop, 100);
    assert_int_equal(rig->status, status);
    return rig->json;
}

static void large_image(struct buf *out)
{
    while (out->n < LARGE)
        buf_printf(out, "%zu,", out->n);
    out->n = LARGE;
}

static int64_t count(struct core_rig *rig, const char *sql)
{
    int64_t n = -1;

    assert_int_equal(db_one_i64(rig->core.db, sql, DB_NO_ARGS, &n, NULL), 0);
    return n;
}

#define PIECES "SELECT count(*) FROM netdev_image_piece"
#define FILES "SELECT count(*) FROM netdev_image_file"

static void path_of(struct core_rig *rig, const struct jval *image,
                    struct buf *out)
{
    image_path(&rig->core, 1, jval_text(jval_get(image, "sha256"), STR("")),
               out);
}

static void start(struct core_rig *rig)
{
    rig->core.images = images_new(&rig->core);
}

static void stop(struct core_rig *rig)
{
    images_free(rig->core.images);
    rig->core.images = NULL;
}

static void R_AUS_10_an_image_is_kept_once_and_only_if_it_is_whole(void **state)
{
    AUTO(buf_clear) struct buf large = BUF(8 << 20);
    AUTO(buf_clear) struct buf file = BUF(4096);
    AUTO(buf_clear) struct buf one = BUF(256);
    struct core_rig *rig = rig_of(state);
    const struct jval *made;

    start(rig);
    large_image(&large);
    (void)upload(rig, 422, "name=a.bin&md5=00", STR("an image"));
    (void)upload(rig, 422, "name=..%2Fa.bin", STR("an image"));
    assert_int_equal(count(rig, PIECES), 0);
    made = upload(rig, 201,
                  "name=a.bin&version=9.1&md5=0x"
                  "5312E17C8C92D7C946A5940990A0A9D9",
                  STR("an image"));
    path_of(rig, made, &file);
    buf_printf(&one, IMAGES "/%lld",
               (long long)jval_i64(jval_get(made, "id"), 0));
    (void)upload(rig, 422, "name=b.bin", STR("an image"));
    (void)upload(rig, 422, "name=a.bin", STR("another"));
    made = upload(rig, 201, "name=asdm.bin&kind=asdm", buf_str(&large));
    assert_int_equal(jval_i64(jval_get(made, "size"), 0), LARGE);
    assert_int_equal(jval_count(jval_get(
                         core_rig_ask(rig, 200, "GET", IMAGES, NULL), "items")),
                     2);
    assert_int_equal(access(buf_c(&file), R_OK), 0);
    core_rig_ask(rig, 204, "DELETE", buf_c(&one), NULL);
    settle(rig);
    assert_int_not_equal(access(buf_c(&file), F_OK), 0);
    assert_int_equal(count(rig, PIECES " WHERE file IN (SELECT f.id FROM"
                                       " netdev_image_file f JOIN netdev_image"
                                       " i ON i.sha256 = f.sha256)"),
                     6);
    stop(rig);
}

static void write_file(struct core_rig *rig, const char *name, str bytes)
{
    AUTO(buf_clear) struct buf path = BUF(4096);
    struct io_out *out = NULL;

    buf_printf(&path, "%" PRIstr "/images/%s",
               ARGstr(buf_str(&rig->core.people->directory)), name);
    assert_int_equal(io_out_open(buf_c(&path), &out, NULL), 0);
    io_out_write(out, bytes);
    assert_int_equal(io_out_finish(out, NULL), 0);
    io_out_free(out);
}

static bool is_file(struct core_rig *rig, const char *name)
{
    AUTO(buf_clear) struct buf path = BUF(4096);

    buf_printf(&path, "%" PRIstr "/images/%s",
               ARGstr(buf_str(&rig->core.people->directory)), name);
    return access(buf_c(&path), F_OK) == 0;
}

static void a_server_without_the_file_of_an_image_gets_it_from_the_store(
    void **state)
{
    AUTO(buf_clear) struct buf large = BUF(8 << 20);
    AUTO(buf_clear) struct buf file = BUF(4096);
    AUTO(buf_clear) struct buf found = BUF(8 << 20);
    struct core_rig *rig = rig_of(state);

    large_image(&large);
    path_of(rig, upload(rig, 201, "name=a.bin", buf_str(&large)), &file);
    assert_int_equal(unlink(buf_c(&file)), 0);
    start(rig);
    settle(rig);
    assert_int_equal(io_read_file(AT_FDCWD, buf_c(&file), &found, NULL), 0);
    assert_true(str_eq(buf_str(&found), buf_str(&large)));
    /* One that an older version took is put into the store. */
    core_rig_sql(rig, "DELETE FROM netdev_image_piece");
    settle(rig);
    assert_int_equal(count(rig, PIECES), 6);
    /* A file that is not what it was is not taken for it. */
    assert_int_equal(unlink(buf_c(&file)), 0);
    core_rig_sql(rig, "UPDATE netdev_image_piece SET body = (SELECT body FROM"
                      " netdev_image_piece WHERE number = 1)"
                      " WHERE number = 0");
    settle(rig);
    assert_int_not_equal(access(buf_c(&file), F_OK), 0);
    stop(rig);
}

static void what_a_crash_left_of_images_goes_when_the_server_starts(
    void **state)
{
    AUTO(buf_clear) struct buf file = BUF(4096);
    struct core_rig *rig = rig_of(state);
    int64_t old;
    int64_t young;

    path_of(rig, upload(rig, 201, "name=a.bin", STR("image")), &file);
    write_file(rig, "new-abcdef", STR("half of one"));
    write_file(rig, "1-00ff", STR("of an image that was removed"));
    assert_int_equal(netdev_image_file(rig->core.db, 1, STR("00ee"),
                                       clock_now() - 2 * NETDEV_IMAGE_STRAY_S,
                                       &old, NULL),
                     0);
    assert_int_equal(netdev_image_file(rig->core.db, 1, STR("00ff"),
                                       clock_now(), &young, NULL),
                     0);
    for (int i = 0; i < 40; i++)
        assert_int_equal(
            netdev_image_put(rig->core.db, old, i, STR("piece"), NULL), 0);
    assert_int_equal(
        netdev_image_put(rig->core.db, young, 0, STR("piece"), NULL), 0);
    start(rig);
    settle(rig);
    assert_false(is_file(rig, "new-abcdef"));
    assert_false(is_file(rig, "1-00ff"));
    assert_int_equal(access(buf_c(&file), R_OK), 0);
    /* Another server may be taking the young one just now. */
    assert_int_equal(count(rig, FILES), 2);
    assert_int_equal(count(rig, PIECES), 2);
    stop(rig);
}

#define RIG(test)                                                              \
    cmocka_unit_test_setup_teardown(test, people_rig_setup, people_rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG(R_AUS_10_an_image_is_kept_once_and_only_if_it_is_whole),
        RIG(a_server_without_the_file_of_an_image_gets_it_from_the_store),
        RIG(what_a_crash_left_of_images_goes_when_the_server_starts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
