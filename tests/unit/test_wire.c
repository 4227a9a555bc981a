/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "base/zpack.h"
#include "proto/agent.h"

struct inner {
    str name;
};
struct outer {
    int64_t number;
    bool flag;
    str text;
    str exact;
    struct inner one;
    struct wire_list many;
};
static const struct wire_field inner_fields[] = {
    WIRE_FIELD_TEXT(inner, name, 4),
};
static const struct wire_shape shape_inner = WIRE_SHAPE_OF(inner, inner_fields);
static const struct wire_field outer_fields[] = {
    WIRE_FIELD_I64(outer, number, -70000, 70000),
    WIRE_FIELD_BOOL(outer, flag),
    WIRE_FIELD_TEXT(outer, text, 300),
    WIRE_FIELD_EXACT(outer, exact, 2),
    WIRE_FIELD_SHAPE(outer, one, shape_inner),
    WIRE_FIELD_LIST(outer, many, 3, shape_inner),
};
static const struct wire_shape shape_outer = WIRE_SHAPE_OF(outer, outer_fields);

#define B(literal) ((str){ literal, sizeof(literal) - 1 })

static void a_message_has_the_bytes_that_the_header_says(void **state UNUSED)
{
    struct inner many[] = { { STR("a") }, { STR("") } };
    struct outer value = {
        .number = -300,
        .flag = true,
        .text = STR("\xC3\xA9"),
        .exact = STR("xy"),
        .one = { STR("one") },
        .many = { many, 2 },
    };
    AUTO(buf_clear) struct buf out = BUF(1000);
    str expected = B("\xD7\x04\x01\x02\xC3\xA9\x02xy\x03one\x02\x01"
                     "a\x00");

    assert_int_equal(wire_write(&shape_outer, &value, &out, NULL), 0);
    assert_int_equal(out.n, expected.n);
    assert_memory_equal(out.p, expected.p, expected.n);
}

static void a_message_is_refused_by_name_and_reason(void **state UNUSED)
{
    static const struct {
        str bytes;
        int code; /* 0: taken */
        const char *text;
    } cases[] = {
        { B("\x00\x00\x00\x02xy\x00\x00"), 0, "" },
        { B("\xE0\xC5\x08\x00\x00\x02xy\x00\x00"), 0, "" }, /* 70000 */
        { B("\xE2\xC5\x08\x00\x00\x02xy\x00\x00"), E_INVALID,
          "outer.number is out of range" },
        { B("\x80\x00\x00\x00\x02xy\x00\x00"), E_PARSE,
          "outer.number is written too long" },
        { B("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"), E_PARSE,
          "outer.number is larger than 64 bits" },
        { B("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), E_INVALID,
          "outer.number is out of range" },
        { B("\xFF"), E_PARSE, "outer.number is cut off" },
        { B(""), E_PARSE, "outer.number is cut off" },
        { B("\x00"), E_PARSE, "outer.flag is cut off" },
        { B("\x00\x02"), E_PARSE, "outer.flag is neither 0 nor 1" },
        { B("\x00\x00\x05xy"), E_PARSE, "outer.text is cut off" },
        { B("\x00\x00\x01\xC3"), E_PARSE, "outer.text is not UTF-8 text" },
        { B("\x00\x00\x01\x00"), E_PARSE, "outer.text is not UTF-8 text" },
        { B("\x00\x00\xAD\x02"), E_LIMIT, "outer.text is too long" },
        { B("\x00\x00\x00\x01x"), E_PARSE, "outer.exact is too short" },
        { B("\x00\x00\x00\x03xyz"), E_LIMIT, "outer.exact is too long" },
        { B("\x00\x00\x00\x02xy\x05"), E_LIMIT, "inner.name is too long" },
        { B("\x00\x00\x00\x02xy\x00\x04"), E_LIMIT, "outer.many has too many" },
        { B("\x00\x00\x00\x02xy\x00\x03\x00\x00"), E_PARSE,
          "outer.many is cut off" },
        { B("\x00\x00\x00\x02xy\x00\x00z"), E_PARSE,
          "outer is followed by 1 bytes more" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        struct outer value = { .number = 7 };
        struct err err = { 0 };
        int rc = wire_read(&shape_outer, cases[i].bytes, &arena, &value, &err);

        assert_int_equal(rc, cases[i].code);
        if (rc < 0)
            assert_string_equal(err.text, cases[i].text);
        assert_true(rc == 0 || value.number == 7);
    }
}

static void what_does_not_fit_its_row_is_not_written(void **state UNUSED)
{
    struct inner many[4] = { 0 };
    const struct outer cases[] = {
        { .number = 70001, .exact = STR("xy") },
        { .exact = STR("x") },
        { .text = STR("\xFF"), .exact = STR("xy") },
        { .exact = STR("xy"), .one = { STR("12345") } },
        { .exact = STR("xy"), .many = { many, 4 } },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(1000);

        assert_true(wire_write(&shape_outer, &cases[i], &out, NULL) < 0);
    }
}

static void a_count_without_the_bytes_takes_no_memory(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct signed_jobs value;
    char bytes[2] = { 0x40, 1 }; /* 64 jobs, one byte */

    assert_int_equal(
        wire_read(&shape_signed_jobs, (str){ bytes, 2 }, &arena, &value, NULL),
        E_PARSE);
    assert_true(arena.used <= 64);
}

static struct inventory small(struct fact_package *packages, size_t n)
{
    return (struct inventory){
        .digest = B("0123456789abcdef0123456789abcdef"),
        .base_digest = STR(""),
        .collected = 1000,
        .hostname = STR("web-1"),
        .manager = STR("dpkg"),
        .os = { .id = STR("debian"), .version_id = STR("12") },
        .packages = { packages, n },
    };
}

static void a_body_is_read_back_as_it_was(void **state UNUSED)
{
    struct fact_package packages[] = {
        { STR("bash"), STR("5.2.15-2+b7"), STR("amd64"), STR("bash") },
    };
    struct inventory value = small(packages, 1);
    AUTO(buf_clear) struct buf body = BUF(AGENT_BODY_MAX);
    AUTO(arena_clear) struct arena arena = ARENA;
    struct inventory read;

    assert_int_equal(message_pack(&shape_inventory, &value, &body, NULL), 0);
    assert_int_equal(
        message_unpack(&shape_inventory, buf_str(&body), &arena, &read, NULL),
        0);
    assert_int_equal(read.packages.n, 1);
    assert_true(str_eq_c(((struct fact_package *)read.packages.p)[0].evr,
                         "5.2.15-2+b7"));
    assert_true(str_eq_c(read.hostname, "web-1"));
}

static void a_small_body_cannot_become_a_large_one_claim_6(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf zeroes = BUF((size_t)2 * AGENT_MESSAGE_MAX);
    AUTO(buf_clear) struct buf body = BUF(AGENT_BODY_MAX);
    struct inventory read;
    struct err err = { 0 };

    memset(buf_grow(&zeroes, AGENT_MESSAGE_MAX + 1), 0, AGENT_MESSAGE_MAX + 1);
    assert_int_equal(zpack_make(buf_str(&zeroes), &body, NULL), 0);
    assert_true(body.n < 10000);
    assert_int_equal(
        message_unpack(&shape_inventory, buf_str(&body), &arena, &read, &err),
        E_LIMIT);
    assert_true(arena.used == 0);
    body.p[body.n / 2] ^= 1;
    zeroes.n = 1000;
    buf_reset(&body);
    assert_int_equal(zpack_make(buf_str(&zeroes), &body, NULL), 0);
    buf_add(&body, STR("more"));
    assert_int_equal(
        message_unpack(&shape_inventory, buf_str(&body), &arena, &read, &err),
        E_PARSE);
    assert_int_equal(message_unpack(&shape_inventory, STR("\x1F\x8B gzip"),
                                    &arena, &read, &err),
                     E_PARSE);
    assert_int_equal(
        message_unpack(&shape_inventory, STR_NONE, &arena, &read, &err),
        E_PARSE);
}

static void a_digest_sees_facts_but_not_logins_or_order(void **state UNUSED)
{
    struct fact_package ab[] = {
        { STR("a"), STR("1"), STR("x"), STR("") },
        { STR("b"), STR("2"), STR("x"), STR("") },
    };
    struct fact_package ba[] = { ab[1], ab[0] };
    struct fact_package moved[] = {
        { STR("a1"), STR(""), STR("x"), STR("") },
        { STR("b"), STR("2"), STR("x"), STR("") },
    };
    struct fact_user user = { STR("root"), STR("tty1"), 5 };
    struct inventory value = small(ab, 2);
    uint8_t first[JOB_DIGEST_BYTES];
    uint8_t other[JOB_DIGEST_BYTES];

    inventory_digest(&value, first);
    value.packages.p = ba;
    value.users = (struct wire_list){ &user, 1 };
    value.collected = 2000;
    inventory_digest(&value, other);
    assert_memory_equal(first, other, sizeof(first));
    assert_ptr_equal(value.packages.p, ba);
    value.packages.p = moved;
    inventory_digest(&value, other);
    assert_memory_not_equal(first, other, sizeof(first));
    value = small(ab, 2);
    value.os.kernel = STR("6.1");
    inventory_digest(&value, other);
    assert_memory_not_equal(first, other, sizeof(first));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_has_the_bytes_that_the_header_says),
        cmocka_unit_test(a_message_is_refused_by_name_and_reason),
        cmocka_unit_test(what_does_not_fit_its_row_is_not_written),
        cmocka_unit_test(a_count_without_the_bytes_takes_no_memory),
        cmocka_unit_test(a_body_is_read_back_as_it_was),
        cmocka_unit_test(a_small_body_cannot_become_a_large_one_claim_6),
        cmocka_unit_test(a_digest_sees_facts_but_not_logins_or_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
