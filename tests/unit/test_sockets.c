/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "probe/hex.h"
#include "probe/sockets.h"

#define TAIL " 00000000:00000000 00:00000000 00000000  1000        0 4711 1 x"

static void lines_of_sockets_are_read_or_refused(void **state UNUSED)
{
    static const struct {
        const char *line;
        int rc;
        bool v6;
        unsigned port;
        unsigned socket_state;
        int64_t uid;
        uint64_t inode;
    } cases[] = {
        { "  sl  local_address rem_address   st tx_queue", 1, false, 0, 0, 0,
          0 },
        { "   0: 00000000:0016 00000000:0000 0A" TAIL, 0, false, 22,
          SOCKET_LISTEN, 1000, 4711 },
        { " 10: 00000000000000000000000001000000:0035 "
          "00000000000000000000000000000000:0000 07" TAIL,
          0, true, 53, SOCKET_CLOSE, 1000, 4711 },
        { "", 1, false, 0, 0, 0, 0 },
        { "0: 0000:0016 00000000:0000 0A" TAIL, E_PARSE, false, 0, 0, 0, 0 },
        { "0: 00000000:10016 00000000:0000 0A" TAIL, E_PARSE, false, 0, 0, 0,
          0 },
        { "0: 00000000 00000000:0000 0A" TAIL, E_PARSE, false, 0, 0, 0, 0 },
        { "0: 00000000:0016 00000000:0000 xx" TAIL, E_PARSE, false, 0, 0, 0,
          0 },
        { "0: 00000000:0016 00000000:0000 0A 1 2 3 x 0 5", E_PARSE, false, 0, 0,
          0, 0 },
        { "0: 00000000:0016 00000000:0000 0A 1 2 3 0 0", E_PARSE, false, 0, 0,
          0, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct socket_inet socket = { 0 };

        assert_int_equal(
            sockets_parse_inet(str_c(cases[i].line), &socket, NULL),
            cases[i].rc);
        assert_int_equal(socket.v6, cases[i].v6);
        assert_int_equal(socket.local_port, cases[i].port);
        assert_int_equal(socket.state, cases[i].socket_state);
        assert_int_equal(socket.uid, cases[i].uid);
        assert_int_equal(socket.inode, cases[i].inode);
    }
}

static void addresses_are_in_network_order(void **state UNUSED)
{
    const uint8_t localhost[4] = { 127, 0, 0, 1 };
    struct socket_inet socket;
    uint32_t number; /* as the kernel prints it on this machine */
    char line[128];

    memcpy(&number, localhost, sizeof(number));
    snprintf(line, sizeof(line), "0: %08X:0016 00000000:0000 0A%s", number,
             TAIL);
    assert_int_equal(sockets_parse_inet(str_c(line), &socket, NULL), 0);
    assert_memory_equal(socket.local, localhost, 4);
}

static void lines_of_packet_sockets_are_read_or_refused(void **state UNUSED)
{
    static const struct {
        const char *line;
        int rc;
        unsigned protocol;
        unsigned interface;
        uint64_t inode;
    } cases[] = {
        { "sk               RefCnt Type Proto  Iface R Rmem   User   Inode", 1,
          0, 0, 0 },
        { "00000000abcdef12 3      3    0003   2     1 0      0      4711", 0,
          3, 2, 4711 },
        { "", 1, 0, 0, 0 },
        { "x 3 3 zz 2 1 0 0 4711", E_PARSE, 0, 0, 0 },
        { "x 3 3 0003 -2 1 0 0 4711", E_LIMIT, 0, 0, 0 },
        { "x 3 3 0003 2 1 0 0", E_PARSE, 0, 0, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct socket_packet socket = { 0 };

        assert_int_equal(
            sockets_parse_packet(str_c(cases[i].line), &socket, NULL),
            cases[i].rc);
        assert_int_equal(socket.protocol, cases[i].protocol);
        assert_int_equal(socket.interface, cases[i].interface);
        assert_int_equal(socket.inode, cases[i].inode);
    }
}

static void links_name_their_socket(void **state UNUSED)
{
    static const struct {
        const char *text;
        uint64_t inode;
    } cases[] = {
        { "socket:[4711]", 4711 }, { "socket:[0]", 0 }, { "socket:[x]", 0 },
        { "socket:[1", 0 },        { "socket:[", 0 },   { "pipe:[1]", 0 },
        { "/dev/null", 0 },        { "", 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(sockets_parse_link(str_c(cases[i].text)),
                         cases[i].inode);
}

static void hexadecimal_is_read_exactly_or_refused(void **state UNUSED)
{
    struct arena arena = ARENA;
    uint8_t bytes[2] = { 0 };
    uint64_t value = 0;

    assert_int_equal(hex_parse(STR("fFfFfFfFfFfFfFfF"), &value, NULL), 0);
    assert_true(value == UINT64_MAX);
    assert_int_equal(hex_parse(STR("10000000000000000"), &value, NULL),
                     E_PARSE);
    assert_int_equal(hex_parse(STR(""), &value, NULL), E_PARSE);
    assert_int_equal(hex_parse(STR("0x1"), &value, NULL), E_PARSE);
    assert_int_equal(hex_parse_bytes(STR("0aF0"), bytes, 2, NULL), 0);
    assert_int_equal(bytes[0], 0x0a);
    assert_int_equal(bytes[1], 0xf0);
    assert_int_equal(hex_parse_bytes(STR("0aF"), bytes, 2, NULL), E_PARSE);
    assert_int_equal(hex_parse_bytes(STR("0aFg"), bytes, 2, NULL), E_PARSE);
    assert_true(str_eq_c(hex_text(&arena, (str){ "\x00\xff", 2 }), "00ff"));
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_sockets_are_read_or_refused),
        cmocka_unit_test(addresses_are_in_network_order),
        cmocka_unit_test(lines_of_packet_sockets_are_read_or_refused),
        cmocka_unit_test(links_name_their_socket),
        cmocka_unit_test(hexadecimal_is_read_exactly_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
