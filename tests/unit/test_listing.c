/* SPDX-License-Identifier: Apache-2.0
 *
 * Long lists are written in pieces: how much happens between two turns of the
 * loop, not how long it takes.
 */
#include "server/listing.h"

#include <unistd.h>

#include "base/mem.h"
#include "tests/unit/report_rig.h"
#include "tests/unit/unit.h"

enum {
    ROWS = 10 * LISTING_SLICE + 50
};

static const struct column columns[] = {
    { "row", { { "Row", "Ligne", "Rij" } }, 1 },
    { NULL },
};

struct list {
    struct listing listing;
    size_t made;
    bool *released;
};

/* What a test sees of it. */
struct seen {
    struct loop *loop;
    struct loop_watch *timer;
    struct list *list;
    bool released;
    size_t before;  /* rows at the newest turn */
    size_t longest; /* most rows between two turns */
    size_t turns;
    int done;
    int rc;
    int fd;
};

static struct jval *row(void *ctx, const struct listed *listed,
                        struct err *err UNUSED)
{
    struct list *list = ctx;
    struct jval *o = jval_new_object();

    list->made++;
    jval_set_i64(o, "row", listed->a);
    return o;
}

static void release(void *owner)
{
    struct list *list = owner;

    assert_false(*list->released);
    *list->released = true;
    listing_clear(&list->listing);
    mem_free(list);
}

static void turn(void *ctx)
{
    struct seen *seen = ctx;

    if (!seen->released) {
        if (seen->list->made - seen->before > seen->longest)
            seen->longest = seen->list->made - seen->before;
        seen->before = seen->list->made;
    }
    seen->turns++;
    seen->timer = loop_timer(seen->loop, 0, turn, seen);
}

static void done(void *ctx, int rc, int fd, const struct err *err UNUSED)
{
    struct seen *seen = ctx;

    seen->done++;
    seen->rc = rc;
    seen->fd = fd;
}

static struct listing_writing *begin(struct report_rig *r, struct seen *seen,
                                     size_t n)
{
    struct listing_order order = {
        .core = &r->rig->core, .format = TABLE_CSV, .done = done, .ctx = seen
    };
    struct listing_writing *writing;
    struct err err = { 0 };

    *seen = (struct seen){ .loop = r->rig->core.loop, .fd = -1 };
    seen->list = mem_alloc(1, sizeof(*seen->list));
    seen->list->released = &seen->released;
    seen->list->listing = (struct listing){ .title = { { "t", "t", "t" } },
                                            .columns = columns,
                                            .json = row,
                                            .ctx = seen->list,
                                            .owner = seen->list,
                                            .release = release };
    for (size_t i = n; i > 0; i--)
        listing_add(&seen->list->listing, 0, STR(""), (int64_t)i, 0);
    writing = listing_write(&seen->list->listing, &order, &err);
    assert_non_null(writing);
    assert_null(seen->list->listing.owner);
    assert_int_equal(seen->list->made, 0); /* nothing yet */
    seen->timer = loop_timer(seen->loop, 0, turn, seen);
    return writing;
}

static void end(struct seen *seen)
{
    loop_remove(seen->timer);
    if (seen->fd >= 0)
        close(seen->fd);
}

static void others_are_answered_between_the_rows_of_a_long_list(void **state)
{
    struct report_rig *r = *state;
    char text[64] = "";
    struct seen seen;

    (void)begin(r, &seen, ROWS);
    for (int i = 0; seen.done == 0 && i < 100000; i++)
        loop_once(seen.loop, 10);
    assert_int_equal(seen.done, 1);
    assert_int_equal(seen.rc, 0);
    assert_true(seen.released);
    assert_in_range(seen.longest, 1, LISTING_SLICE);
    assert_true(seen.turns >= ROWS / LISTING_SLICE);
    assert_true(read(seen.fd, text, 15) == 15); /* a mark comes first */
    assert_non_null(strstr(text, "\"Row\"\r\n1\r\n2"));
    end(&seen);
}

static void content_that_is_replaced_meanwhile_ends_it(void **state)
{
    struct report_rig *r = *state;
    struct seen seen;

    (void)begin(r, &seen, ROWS);
    while (seen.list->made == 0)
        loop_once(seen.loop, 10);
    assessor_content_changed(&r->rig->core);
    for (int i = 0; seen.done == 0 && i < 100000; i++)
        loop_once(seen.loop, 10);
    assert_int_equal(seen.rc, E_INVALID);
    assert_int_equal(seen.fd, -1);
    assert_true(seen.released);
    end(&seen);
}

static void who_goes_away_leaves_nothing(void **state)
{
    struct report_rig *r = *state;
    struct listing_writing *writing;
    struct seen seen;

    writing = begin(r, &seen, ROWS);
    while (seen.list->made == 0)
        loop_once(seen.loop, 10);
    listing_cancel(writing);
    assert_true(seen.released);
    for (int i = 0; i < 10; i++)
        loop_once(seen.loop, 1);
    assert_int_equal(seen.done, 0);
    end(&seen);
}

int main(void)
{
#define ROW(fn)                                                                \
    cmocka_unit_test_setup_teardown(fn, report_rig_setup, report_rig_teardown)
    const struct CMUnitTest tests[] = {
        ROW(others_are_answered_between_the_rows_of_a_long_list),
        ROW(content_that_is_replaced_meanwhile_ends_it),
        ROW(who_goes_away_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
