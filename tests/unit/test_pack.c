/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "oval/eval.h"
#include "oval/pack.h"
#include "oval/results.h"
#include "tests/unit/oval_small.h"
#include "tests/unit/text.h"

#include <unistd.h>

static struct oval_content *load(const char *text, struct err *err)
{
    struct oval_content *content = NULL;
    struct stream *stream = NULL;

    stream = text_stream(text, "small.xml");
    if (oval_load(stream, NULL, NULL, &content, err) < 0)
        content = NULL;
    stream_free(stream);
    return content;
}

/* The pack of a document, in memory of its own. */
static str packed_of(const char *text)
{
    char path[] = "/tmp/holdfast-pack-XXXXXX";
    struct oval_content *content;
    struct io_out *out = NULL;
    struct buf bytes = BUF(1 << 20);
    struct err err = { 0 };

    content = load(text, &err);
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

static str packed(void)
{
    return packed_of(OVAL_SMALL);
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

/* --- packs that someone made, with checksums that are right --- */

enum {
    AT_CHECKSUM = 80, /* in the header */
    AT_SECTIONS = 88,
    SECTION_SIZE = 32,
    SECTION_COUNT = 15,
    MUTATIONS = 20000
};

#define NS "http://oval.mitre.org/XMLSchema/oval-definitions-5"

/* Something of every array and of every kind of tree. */
static const char wide[] =
    "<oval_definitions xmlns='" NS "' xmlns:i='" NS "#independent' xmlns:l='" NS
    "#linux'><definitions>"
    "<definition id='d1' version='1' class='patch'><metadata><title>t</title>"
    "<reference source='CVE' ref_id='CVE-1'/></metadata><criteria "
    "operator='OR'>"
    "<criteria negate='true'><criterion test_ref='t1'/>"
    "<criterion test_ref='t2'/></criteria><extend_definition "
    "definition_ref='d2'/></criteria></definition>"
    "<definition id='d2' version='1' class='patch'><criteria operator='ONE'>"
    "<criterion test_ref='t1'/><criterion test_ref='t3'/></criteria>"
    "</definition></definitions><tests>"
    "<l:dpkginfo_test id='t1' version='1' check='all'><l:object "
    "object_ref='o1'/><l:state state_ref='s1'/><l:state state_ref='s2'/>"
    "</l:dpkginfo_test><l:dpkginfo_test id='t2' version='1' check='all'>"
    "<l:object object_ref='o3'/></l:dpkginfo_test>"
    "<i:variable_test id='t3' version='1' check='all'><i:object "
    "object_ref='o4'/></i:variable_test></tests><objects>"
    "<l:dpkginfo_object id='o1' version='1'><behaviors max_depth='1'/>"
    "<l:name var_ref='v1'/><filter action='include'>s1</filter><filter>s2"
    "</filter></l:dpkginfo_object>"
    "<l:dpkginfo_object id='o2' version='1'><l:name>a</l:name>"
    "</l:dpkginfo_object>"
    "<l:dpkginfo_object id='o3' version='1'><set><set><object_reference>o1"
    "</object_reference><filter>s2</filter></set><set "
    "set_operator='COMPLEMENT'><object_reference>o1</object_reference>"
    "<object_reference>o2</object_reference></set></set>"
    "</l:dpkginfo_object><i:variable_object id='o4' version='1'><i:var_ref>v2"
    "</i:var_ref></i:variable_object></objects><states>"
    "<l:dpkginfo_state id='s1' version='1'><l:name var_ref='v1'/><l:evr "
    "datatype='record'><field xmlns='" NS "' name='f'>x</field></l:evr>"
    "</l:dpkginfo_state><l:dpkginfo_state id='s2' version='1'><l:name "
    "operation='pattern match'>^a</l:name></l:dpkginfo_state></states>"
    "<variables><constant_variable id='v1' version='1' datatype='string'>"
    "<value>a</value><value>b</value></constant_variable><local_variable "
    "id='v2' version='1' datatype='string'><concat><literal_component>x"
    "</literal_component><object_component object_ref='o2' item_field='name'/>"
    "<substring substring_start='1' substring_length='1'><regex_capture "
    "pattern='(.)'><variable_component var_ref='v1'/></regex_capture>"
    "</substring><split delimiter='a'><variable_component var_ref='v3'/>"
    "</split></concat></local_variable><external_variable id='v3' version='1' "
    "datatype='string'><possible_value>q</possible_value>"
    "<possible_restriction operator='OR'><restriction operation='equals'>a"
    "</restriction></possible_restriction></external_variable></variables>"
    "</oval_definitions>";

static void put_u64(char *at, uint64_t value)
{
    memcpy(at, &value, sizeof(value));
}

static uint64_t get_u64(const char *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static uint32_t get_u32(const char *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static void seal(char *p)
{
    uint64_t hash;

    for (unsigned i = 0; i < SECTION_COUNT; i++) {
        char *s = p + AT_SECTIONS + i * SECTION_SIZE;

        put_u64(s + 24, str_hash((str){ p + get_u64(s),
                                        get_u64(s + 8) * get_u32(s + 16) }));
    }
    put_u64(p + AT_CHECKSUM, 0);
    hash = str_hash((str){ p, AT_SECTIONS });
    hash = str_hash_after(
        (str){ p + AT_SECTIONS, (size_t)SECTION_COUNT * SECTION_SIZE }, hash);
    put_u64(p + AT_CHECKSUM, hash);
}

static uint32_t dice(uint64_t *seed, uint32_t n)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*seed >> 33) % n;
}

/* A byte of an element becomes that of another, or a word of a section
 * another small number, or a wild one. */
static void mutate(char *p, uint64_t *seed)
{
    const char *s =
        p + AT_SECTIONS + (size_t)dice(seed, SECTION_COUNT) * SECTION_SIZE;
    uint32_t count = (uint32_t)get_u64(s + 8);
    uint32_t element = get_u32(s + 16);
    size_t size = (size_t)count * element;
    uint32_t field = dice(seed, element);
    char *at = p + get_u64(s);
    uint32_t value =
        dice(seed, 4) == 0 ? UINT32_MAX - dice(seed, 2) : dice(seed, 40);

    if (size < sizeof(value))
        return;
    if (dice(seed, 2) == 0)
        at[dice(seed, count) * element + field] =
            at[dice(seed, count) * element + field];
    else
        memcpy(at + dice(seed, (uint32_t)size / 4) * 4, &value, sizeof(value));
}

static int collect(struct oval_source *source UNUSED,
                   const struct oval_query *query UNUSED,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    oval_item_begin(sink, "linux:dpkginfo");
    oval_item_str(sink, "name", STR("a"));
    oval_item_end(sink);
    return 0;
}

static void evaluate(const struct oval_content *content)
{
    static const struct oval_source_ops ops = { .collect = collect };
    struct oval_source source = { &ops, false };
    struct oval_eval_options options = { .detail = true };
    struct oval_report_content part = { .name = "p" };
    struct oval_report report = { &part, 1, 0 };
    struct io_out *out = NULL;
    struct err err = { 0 };

    assert_int_equal(
        oval_eval_new(content, &source, &options, &part.eval, &err), 0);
    assert_int_equal(oval_eval_all(part.eval, &err), 0);
    assert_int_equal(io_out_open("/dev/null", &out, &err), 0);
    (void)!oval_results_write(&report, NULL, out, &err);
    io_out_free(out);
    oval_eval_free(part.eval);
}

static void a_pack_with_right_checksums_is_refused_or_harmless(
    void **state UNUSED)
{
    str bytes = packed_of(wide);
    uint64_t *copy = mem_alloc(bytes.n / 8 + 1, 8);
    char *p = (char *)copy;
    unsigned opened = 0;
    uint64_t seed = 1;

    for (unsigned i = 0; i < MUTATIONS; i++) {
        struct oval_content *pack = NULL;
        struct err err = { 0 };

        memcpy(p, bytes.p, bytes.n);
        for (uint32_t k = 1 + dice(&seed, 3); k > 0; k--)
            mutate(p, &seed);
        seal(p);
        if (oval_pack_open_memory((str){ p, bytes.n }, "p", &pack, &err) < 0) {
            assert_int_equal(err.code, E_CORRUPT);
            continue;
        }
        opened++;
        evaluate(pack);
        oval_content_free(pack);
    }
    assert_true(opened > MUTATIONS / 20);
    mem_free(copy);
    mem_free((void *)(uintptr_t)bytes.p);
}

/* A set of a literal: its number would be taken for that of an object. */
static void a_tree_of_mixed_kinds_is_refused(void **state UNUSED)
{
    str bytes = packed_of(wide);
    char *p = (char *)(uintptr_t)bytes.p;
    struct oval_content *pack = NULL;
    struct err err = { 0 };
    struct oval_node *nodes;
    uint32_t id;
    uint32_t i = 0;

    assert_int_equal(oval_pack_open_memory(bytes, "p", &pack, &err), 0);
    id = pack->definitions.p[1].id;
    nodes = (struct oval_node *)(uintptr_t)pack->nodes.p;
    oval_content_free(pack);
    while (nodes[i].type != OVAL_NODE_SET_OBJECT)
        i++;
    nodes[i].type = OVAL_NODE_LITERAL;
    nodes[i].a = id;
    seal(p);
    assert_int_equal(oval_pack_open_memory(bytes, "p", &pack, &err), E_CORRUPT);
    mem_free(p);
}

/* Two objects that share their entities could as well be millions. */
static void a_pack_whose_parts_overlap_is_refused(void **state UNUSED)
{
    str bytes = packed_of(wide);
    char *p = (char *)(uintptr_t)bytes.p;
    struct oval_content *pack = NULL;
    struct err err = { 0 };
    struct oval_object *objects;

    assert_int_equal(oval_pack_open_memory(bytes, "p", &pack, &err), 0);
    objects = (struct oval_object *)(uintptr_t)pack->objects.p;
    for (uint32_t i = 0; i < pack->objects.n; i++) {
        objects[i].entity_first = 0;
        objects[i].entity_count = pack->entities.n;
    }
    oval_content_free(pack);
    seal(p);
    assert_int_equal(oval_pack_open_memory(bytes, "p", &pack, &err), E_CORRUPT);
    mem_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pack_holds_what_the_document_said),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_flipped_byte_is_refused_or_harmless),
        cmocka_unit_test(a_newer_pack_is_refused_with_the_reason),
        cmocka_unit_test(a_pack_with_right_checksums_is_refused_or_harmless),
        cmocka_unit_test(a_tree_of_mixed_kinds_is_refused),
        cmocka_unit_test(a_pack_whose_parts_overlap_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
