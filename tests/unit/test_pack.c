/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "oval/pack.h"
#include "tests/unit/oval_small.h"

#include <unistd.h>

static struct oval_content *load(const char *text, struct err *err)
{
    struct oval_content *content = NULL;
    struct stream *stream = NULL;

    assert_int_equal(
        stream_open_memory(str_c(text), "small.xml", NULL, &stream, err), 0);
    if (oval_load(stream, NULL, NULL, &content, err) < 0)
        content = NULL;
    stream_free(stream);
    return content;
}

/* The pack of the small document, in memory of its own. */
static str packed(void)
{
    char path[] = "/tmp/holdfast-pack-XXXXXX";
    struct oval_content *content;
    struct io_out *out = NULL;
    struct buf bytes = BUF(1 << 20);
    struct err err = { 0 };

    content = load(OVAL_SMALL, &err);
    assert_non_null(content);
    close(mkstemp(path));
    assert_int_equal(io_out_open(path, &out, &err), 0);
    oval_pack_write(content, out);
    assert_int_equal(io_out_finish(out, &err), 0);
    io_out_free(out);
    assert_int_equal(io_read_file(-100, path, &bytes, &err), 0);
    unlink(path);
    oval_content_free(content);
    return buf_str(&bytes);
}

static void a_pack_holds_what_the_document_said(void **state UNUSED)
{
    struct oval_content *xml;
    struct oval_content *pack = NULL;
    struct err err = { 0 };
    str bytes = packed();

    xml = load(OVAL_SMALL, &err);
    assert_int_equal(oval_pack_open_memory(bytes, "p", &pack, &err), 0);
    assert_int_equal(pack->definitions.n, xml->definitions.n);
    assert_int_equal(pack->nodes.n, xml->nodes.n);
    assert_int_equal(pack->names.n, xml->names.n);
    assert_int_equal(pack->prose.n, xml->prose.n);
    assert_memory_equal(pack->prose.p, xml->prose.p, xml->prose.n);
    assert_memory_equal(pack->nodes.p, xml->nodes.p,
                        xml->nodes.n * sizeof(*xml->nodes.p));
    assert_int_equal(oval_pack_check_prose(pack, &err), 0);
    oval_content_free(pack);
    oval_content_free(xml);
    mem_free((void *)(uintptr_t)bytes.p);
}

static void every_truncation_is_refused(void **state UNUSED)
{
    str bytes = packed();

    for (size_t n = 0; n < bytes.n; n += n < 700 ? 1 : 37) {
        struct oval_content *pack = NULL;
        struct err err = { 0 };
        int rc;

        rc = oval_pack_open_memory((str){ bytes.p, n }, "p", &pack, &err);
        assert_int_equal(rc, E_CORRUPT);
        assert_null(pack);
    }
    mem_free((void *)(uintptr_t)bytes.p);
}

static void every_flipped_byte_is_refused_or_harmless(void **state UNUSED)
{
    str bytes = packed();
    char *p = (char *)(uintptr_t)bytes.p;
    unsigned opened = 0;

    for (size_t i = 0; i < bytes.n; i++) {
        struct oval_content *pack = NULL;
        struct err err = { 0 };

        p[i] = (char)(p[i] ^ 0x41);
        if (oval_pack_open_memory(bytes, "p", &pack, &err) == 0) {
            /* Padding, notes or prose: found when it is asked for. */
            opened++;
            (void)!oval_pack_check_prose(pack, &err);
            for (uint32_t k = 0; k < pack->definitions.n; k++)
                (void)oval_prose_text(pack, pack->definitions.p[k].title);
            oval_content_free(pack);
        }
        p[i] = (char)(p[i] ^ 0x41);
    }
    assert_true(opened < bytes.n / 2);
    mem_free(p);
}

static void a_newer_pack_is_refused_with_the_reason(void **state UNUSED)
{
    str bytes = packed();
    char *p = (char *)(uintptr_t)bytes.p;
    struct oval_content *pack = NULL;
    struct err err = { 0 };

    p[8] = 2;
    assert_int_equal(oval_pack_open_memory(bytes, "p", &pack, &err),
                     E_UNSUPPORTED);
    assert_non_null(strstr(err.text, "format 2"));
    mem_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pack_holds_what_the_document_said),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_flipped_byte_is_refused_or_harmless),
        cmocka_unit_test(a_newer_pack_is_refused_with_the_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
