/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "probe/yamlpath.h"

/* "a.b [0,1] :" for .a['b'][0,1][:] */
static void show(const struct yamlpath *path, struct buf *out)
{
    buf_reset(out);
    for (size_t i = 0; i < path->count; i++) {
        const struct yamlpath_step *step = &path->steps[i];

        buf_add_char(out, '/');
        if (step->kind == YAMLPATH_ALL)
            buf_add_char(out, ':');
        for (size_t k = 0; k < step->count; k++) {
            if (k > 0)
                buf_add_char(out, ',');
            if (step->kind == YAMLPATH_KEYS)
                buf_printf(out, "<%" PRIstr ">", ARGstr(step->keys[k]));
            else
                buf_printf(out, "%lld", (long long)step->indexes[k]);
        }
    }
}

static void paths_are_read_or_refused(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 16);
    static const struct {
        const char *path;
        int rc;
        const char *expected;
    } cases[] = {
        { ".a", 0, "/<a>" },
        { "a", 0, "/<a>" },
        { "$.a", 0, "/<a>" },
        { "$", 0, "" },
        { "spec.a.b", 0, "/<spec>/<a>/<b>" },
        { ".a[:]", 0, "/<a>/:" },
        { "[:]", 0, "/:" },
        { "[:].b", 0, "/:/<b>" },
        { ".a[0]", 0, "/<a>/0" },
        { ".a[0, 12]", 0, "/<a>/0,12" },
        { ".a['b']", 0, "/<a>/<b>" },
        { ".a[\"b.c\"][:]", 0, "/<a>/<b.c>/:" },
        { ".a[ 'b' , 'c' ]", 0, "/<a>/<b>,<c>" },
        { ".a['it''s']", 0, "/<a>/<it's>" },
        { ".'two words'.b", 0, "/<two words>/<b>" },
        { ".evictionSoft['nodefs.available']", 0,
          "/<evictionSoft>/<nodefs.available>" },
        { "", E_PARSE, "" },
        { ".", E_PARSE, "" },
        { ".a..b", E_PARSE, "" },
        { ".a[", E_PARSE, "" },
        { ".a[]", E_PARSE, "" },
        { ".a[-1]", E_PARSE, "" },
        { ".a[0:1]", E_PARSE, "" },
        { ".a['b]", E_PARSE, "" },
        { ".a['b',0]", E_PARSE, "" },
        { ".a[99999999999999999999]", E_PARSE, "" },
        { ".a[0]b", E_PARSE, "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena = ARENA;
        struct yamlpath path;
        int rc = yamlpath_parse(str_c(cases[i].path), &arena, &path, NULL);

        assert_int_equal(rc, cases[i].rc);
        if (rc == 0) {
            show(&path, &text);
            assert_string_equal(buf_c(&text), cases[i].expected);
        }
        arena_clear(&arena);
    }
}

static void a_path_has_limits(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    struct arena arena = ARENA;
    struct yamlpath path;

    for (unsigned i = 0; i < YAMLPATH_STEPS_MAX + 1; i++)
        buf_add_c(&text, ".a");
    assert_int_equal(yamlpath_parse(buf_str(&text), &arena, &path, NULL),
                     E_PARSE);
    for (unsigned i = 0; i < YAMLPATH_TEXT_MAX; i++)
        buf_add_c(&text, "x");
    assert_int_equal(yamlpath_parse(buf_str(&text), &arena, &path, NULL),
                     E_LIMIT);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_read_or_refused),
        cmocka_unit_test(a_path_has_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
