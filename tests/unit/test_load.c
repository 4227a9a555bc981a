/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "oval/content.h"
#include "oval/truth.h"
#include "tests/unit/oval_small.h"
#include "tests/unit/text.h"

static int load(const char *text, struct oval_content **out, struct err *err)
{
    struct stream *stream = NULL;
    int rc;

    stream = text_stream(text, "small.xml");
    rc = oval_load(stream, NULL, NULL, out, err);
    stream_free(stream);
    return rc;
}

static str prose(const struct oval_content *c, oval_prose at)
{
    return oval_prose_text(c, at);
}

static void every_part_of_a_document_is_loaded(void **state UNUSED)
{
    struct oval_content *c = NULL;
    struct err err = { 0 };

    assert_int_equal(load(OVAL_SMALL, &c, &err), 0);
    assert_int_equal(c->definitions.n, 2);
    assert_int_equal(c->tests.n, 2);
    assert_int_equal(c->objects.n, 4);
    assert_int_equal(c->states.n, 2);
    assert_int_equal(c->variables.n, 3);
    assert_int_equal(c->definitions.p[0].version, 3);
    assert_int_equal(c->definitions.p[0].class_, OVAL_CLASS_VULNERABILITY);
    assert_int_equal(c->definitions.p[1].flags, OVAL_DEPRECATED);
    assert_true(str_eq(prose(c, c->definitions.p[0].description),
                       STR("A hole & more")));
    assert_true(str_eq(prose(c, c->product_name), STR("hand")));
    assert_int_equal(oval_content_find(c, STR("oval:t:def:2")), 1);
    assert_int_equal(oval_content_find(c, STR("oval:t:def:9")), OVAL_NONE);
    oval_content_free(c);
}

static void criteria_become_a_tree(void **state UNUSED)
{
    struct oval_content *c = NULL;
    struct err err = { 0 };
    const struct oval_node *n;

    assert_int_equal(load(OVAL_SMALL, &c, &err), 0);
    n = &c->nodes.p[c->definitions.p[0].criteria];
    assert_int_equal(n[0].type, OVAL_NODE_CRITERIA);
    assert_int_equal(n[0].op, OVAL_OR);
    assert_int_equal(n[0].end, 4);
    assert_int_equal(n[1].type, OVAL_NODE_CRITERION);
    assert_int_equal(n[1].flags, OVAL_NODE_NEGATE);
    assert_int_equal(n[1].a, 0);
    assert_int_equal(n[2].type, OVAL_NODE_CRITERIA);
    assert_int_equal(n[2].end, 4);
    assert_int_equal(n[3].type, OVAL_NODE_EXTEND);
    assert_int_equal(n[3].a, 1);
    oval_content_free(c);
}

static void metadata_keeps_what_vendors_state(void **state UNUSED)
{
    static const struct {
        enum oval_note_kind kind;
        const char *a;
        const char *b;
    } notes[] = {
        { OVAL_NOTE_FAMILY, "unix", "" },
        { OVAL_NOTE_PLATFORM, "Debian 12", "" },
        { OVAL_NOTE_REFERENCE, "CVE", "CVE-2026-0001" },
        { OVAL_NOTE_SEVERITY, "Important", "security@example.org" },
        { OVAL_NOTE_CVE, "CVE-2026-0001", "critical" },
        { OVAL_NOTE_CVSS, "9.8/CVSS:3.1/AV:N", "CVE-2026-0001" },
        { OVAL_NOTE_ISSUED, "2026-01-02", "" },
    };
    struct oval_content *c = NULL;
    struct err err = { 0 };

    assert_int_equal(load(OVAL_SMALL, &c, &err), 0);
    assert_int_equal(c->definitions.p[0].note_count, COUNT(notes));
    for (size_t i = 0; i < COUNT(notes); i++) {
        const struct oval_note *n =
            &c->notes.p[c->definitions.p[0].note_first + i];

        assert_int_equal(n->kind, notes[i].kind);
        assert_true(str_eq(prose(c, n->a), str_c(notes[i].a)));
        assert_true(str_eq(prose(c, n->b), str_c(notes[i].b)));
    }
    oval_content_free(c);
}

static void objects_and_states_keep_their_entities(void **state UNUSED)
{
    struct oval_content *c = NULL;
    const struct oval_entity *e;
    struct err err = { 0 };

    assert_int_equal(load(OVAL_SMALL, &c, &err), 0);
    e = &c->entities.p[c->objects.p[2].entity_first];
    assert_int_equal(c->objects.p[2].entity_count, 4);
    assert_int_equal(e[1].flags, OVAL_ENTITY_NIL);
    assert_int_equal(e[2].operation, OVAL_PATTERN_MATCH);
    assert_int_equal(e[3].datatype, OVAL_INT);
    assert_int_equal(c->objects.p[2].filter_count, 1);
    assert_int_equal(c->nodes.p[c->objects.p[2].filter_first].a, 1);
    assert_int_equal(c->objects.p[2].behavior_count, 1);
    assert_int_equal(c->nodes.p[c->objects.p[3].set].op, OVAL_UNION);
    e = &c->entities.p[c->states.p[1].entity_first];
    assert_int_equal(e->datatype, OVAL_RECORD);
    assert_int_equal(e->field_count, 1);
    assert_true(str_eq(oval_name_text(c, c->entities.p[e->field_first].value),
                       STR("1")));
    assert_int_equal(c->packages.n, 1);
    assert_true(str_eq(oval_name_text(c, c->packages.p[0].name), STR("bash")));
    oval_content_free(c);
}

static void the_digest_of_the_source_is_kept_when_asked_for(void **state UNUSED)
{
    static const uint8_t zeros[32];
    struct oval_content *c = NULL;
    struct stream *stream = NULL;
    struct err err = { 0 };
    uint8_t digest[32];

    assert_int_equal(load(OVAL_SMALL, &c, &err), 0);
    assert_memory_equal(c->source_sha256, zeros, sizeof(zeros));
    oval_content_free(c);
    stream = text_stream(OVAL_SMALL, "small.xml");
    assert_false(stream_sha256(stream, digest));
    stream_digest(stream);
    assert_int_equal(oval_load(stream, NULL, NULL, &c, &err), 0);
    assert_true(stream_sha256(stream, digest));
    assert_memory_equal(c->source_sha256, digest, sizeof(digest));
    assert_memory_not_equal(digest, zeros, sizeof(digest));
    oval_content_free(c);
    stream_free(stream);
}

#define DOC(body)                                                              \
    "<oval_definitions xmlns='" OVAL_NS "' xmlns:l='" OVAL_NS "#linux'>" body  \
    "</oval_definitions>"
#define GENERATOR(version)                                                     \
    "<generator><schema_version>" version "</schema_version></generator>"

static void what_cannot_be_a_document_is_refused(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        const char *says;
    } cases[] = {
        { "<students/>", E_INVALID, "expected <oval_definitions>" },
        { "<oval_definitions xmlns='urn:x'/>", E_UNSUPPORTED, "not OVAL 5" },
        { "", E_PARSE, "small.xml" },
        { "<!DOCTYPE x><oval_definitions xmlns='" OVAL_NS "'/>", E_INVALID,
          "document type" },
        { DOC(GENERATOR("6.0")), E_UNSUPPORTED, "6.0" },
        { DOC(GENERATOR("5.x")), E_PARSE, "schema_version" },
        { DOC("<tests><l:dpkginfo_test/></tests>"), E_PARSE, "has no id" },
        { DOC("<tests><l:a_test id='t'/>\n<l:a_test id='t'/></tests>"),
          E_INVALID, "small.xml:2: 't' is defined twice" },
        { DOC("<variables><x id='v'/></variables>"), E_INVALID,
          "not a variable" },
        { DOC("<definitions>"), E_PARSE, "small.xml:1" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct oval_content *c = NULL;
        struct err err = { 0 };
        int rc = load(cases[i].text, &c, &err);

        if (rc != cases[i].rc || strstr(err.text, cases[i].says) == NULL)
            fail_msg("case %zu: %d %s", i, rc, err.text);
        assert_null(c);
    }
}

static void count_warnings(void *ctx, unsigned line UNUSED,
                           const char *sentence)
{
    assert_true(sentence[0] != '\0');
    ++*(unsigned *)ctx;
}

static void what_is_only_odd_is_a_warning(void **state UNUSED)
{
    static const char *const cases[] = {
        DOC(GENERATOR("5.11") "<definitions><definition id='d' class='x'/>"
                              "</definitions>"),
        DOC(GENERATOR("5.11") "<tests><l:a_test id='t'><l:object "
                              "object_ref='o'/></l:a_test></tests>"),
        DOC(GENERATOR("5.11") "<states><l:a_state id='s'><l:n datatype='y'/>"
                              "</l:a_state></states>"),
        DOC(GENERATOR("5.13")),
        DOC(""),
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct oval_content *c = NULL;
        struct stream *stream = NULL;
        struct err err = { 0 };
        unsigned warnings = 0;

        stream = text_stream(cases[i], "s");
        assert_int_equal(oval_load(stream, count_warnings, &warnings, &c, &err),
                         0);
        assert_int_equal(warnings, 1);
        oval_content_free(c);
        stream_free(stream);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_of_a_document_is_loaded),
        cmocka_unit_test(criteria_become_a_tree),
        cmocka_unit_test(metadata_keeps_what_vendors_state),
        cmocka_unit_test(objects_and_states_keep_their_entities),
        cmocka_unit_test(the_digest_of_the_source_is_kept_when_asked_for),
        cmocka_unit_test(what_cannot_be_a_document_is_refused),
        cmocka_unit_test(what_is_only_odd_is_a_warning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
