/* SPDX-License-Identifier: Apache-2.0
 *
 * Items of network devices whose configurations are made to be expensive:
 * thousands of things that each name thousands of others.
 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "base/stream.h"
#include "netdev/items/source.h"
#include "oval/eval.h"
#include "oval/loader.h"
#include "oval/mask.h"

enum {
    SOME = 40000, /* of each of two things: their product is too much */
    TEXT_MAX = 32 << 20,
};

#define NS "http://oval.mitre.org/XMLSchema/oval-definitions-5"

struct rig {
    struct device_outputs outputs;
    struct oval_content *content;
    struct oval_source *source;
    struct oval_eval *eval;
};

static void rig_clear(struct rig *rig)
{
    oval_eval_freep(&rig->eval);
    oval_source_free(rig->source);
    oval_content_freep(&rig->content);
    outputs_clear(&rig->outputs);
}

/* One object of the kind; what is collected of it on this configuration. */
static struct oval_collected collect(struct rig *rig, const char *family,
                                     const char *kind, const char *entity,
                                     str config)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    AUTO(stream_freep) struct stream *stream = NULL;
    struct err err = { 0 };

    buf_printf(&text,
               "<oval_definitions xmlns='" NS
               "'><generator/><objects><%s_object id='oval:t:obj:1' "
               "version='1' xmlns='" NS "#%s'><%s operation='pattern match'>."
               "</%s></%s_object></objects></oval_definitions>",
               kind, family, entity, entity, kind);
    assert_int_equal(
        stream_open_memory(buf_str(&text), "text", NULL, &stream, &err), 0);
    assert_int_equal(oval_load(stream, NULL, NULL, &rig->content, &err), 0);
    rig->outputs.family = family_find(str_c(family));
    assert_int_equal(
        outputs_add(&rig->outputs, STR("show running-config"), config, &err),
        0);
    if (network_source_new(&rig->outputs, &rig->source, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(
        oval_eval_new(rig->content, rig->source, NULL, &rig->eval, &err), 0);
    assert_int_equal(oval_eval_collect_all(rig->eval, &err), 0);
    return oval_eval_object(rig->eval, 0);
}

static str fact(const struct oval_item *item, const char *name, uint32_t nth)
{
    for (uint32_t i = 0; i < item->fact_count; i++)
        if (str_eq_c(item->facts[i].name, name) && nth-- == 0)
            return item->facts[i].value;
    return STR_NONE;
}

static void each(struct buf *text, size_t n, const char *line)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(text, "%s\n", line);
}

static void numbered(struct buf *text, size_t n, const char *before,
                     const char *after)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(text, "%s%zu%s\n", before, i, after);
}

static void expect_incomplete(const char *family, const char *kind,
                              struct buf *config)
{
    AUTO(rig_clear) struct rig rig = { 0 };
    struct oval_collected got =
        collect(&rig, family, kind, "name", buf_str(config));

    assert_false(config->over);
    assert_int_equal(got.flag, OVAL_FLAG_INCOMPLETE);
    assert_non_null(got.messages);
    assert_true(got.item_count > 0);
    assert_true(got.item_count < SOME);
}

/* Before they were bounded, each of these took minutes or all memory. */
static void a_list_used_everywhere_is_given_up_to_a_limit(void **state UNUSED)
{
    AUTO(buf_clear) struct buf config = BUF(TEXT_MAX);

    buf_add_c(&config, "hostname x\nip access-list extended A\n");
    each(&config, SOME, " permit ip any any");
    numbered(&config, SOME, "route-map R",
             " permit 10\n match ip address "
             "A");
    expect_incomplete("ios", "acl", &config);
}

static void interfaces_of_one_name_are_given_up_to_a_limit(void **state UNUSED)
{
    AUTO(buf_clear) struct buf config = BUF(TEXT_MAX);

    buf_add_c(&config, "hostname x\n");
    numbered(&config, SOME, "interface G", "\n nameif x");
    numbered(&config, SOME, "access-group A", " in interface x");
    expect_incomplete("asa", "interface", &config);
}

static void class_maps_of_one_name_are_given_up_to_a_limit(void **state UNUSED)
{
    AUTO(buf_clear) struct buf config = BUF(TEXT_MAX);

    buf_add_c(&config, "hostname x\n");
    each(&config, SOME, "class-map C\n match class-map C");
    numbered(&config, SOME, "policy-map P", "\n class C\n  inspect dns D");
    expect_incomplete("asa", "class_map", &config);
}

/* What is many, but not a product, is all there: in a time that grows with
 * it. */
static void many_names_are_found_by_an_index(void **state UNUSED)
{
    static const struct {
        const char *family;
        const char *kind;
        const char *entity;
        const char *head;
        const char *one;
        const char *after;
        const char *other;
        const char *then;
        uint32_t items;
    } cases[] = {
        { "asa", "interface", "name", "", "interface G", "\n shutdown",
          "access-group A in interface i", "", SOME },
        { "asa", "class_map", "name", "", "class-map C", "", "policy-map P",
          "\n class D", SOME },
        { "asa", "policy_map", "name", "", "policy-map type inspect dns P", "",
          "policy-map Q", "\n class C\n  inspect dns Z", 2 * SOME },
        { "ios", "bgpneighbor", "neighbor", "router bgp 1", " neighbor 10.",
          " remote-as 1", " neighbor 11.", " peer-group g", 2 * SOME },
        { "ios", "routingprotocolauthintf", "interface", "interface G0",
          " ip authentication mode eigrp ", " md5",
          " ip authentication key-chain eigrp 9", " K", SOME },
        { "ios", "acl", "name", "", "access-list ", " permit any",
          "route-map R", "\n match ip address 7", SOME },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf config = BUF(TEXT_MAX);
        AUTO(rig_clear) struct rig rig = { 0 };
        struct oval_collected got;

        buf_printf(&config, "hostname x\n%s\n", cases[i].head);
        numbered(&config, SOME, cases[i].one, cases[i].after);
        numbered(&config, SOME, cases[i].other, cases[i].then);
        got = collect(&rig, cases[i].family, cases[i].kind, cases[i].entity,
                      buf_str(&config));
        assert_int_equal(got.flag, OVAL_FLAG_COMPLETE);
        if (strcmp(cases[i].kind, "acl") != 0)
            assert_int_equal(got.item_count, cases[i].items);
    }
}

static void what_names_a_class_map_is_in_the_order_of_the_text(
    void **state UNUSED)
{
    static const char config[] = "hostname x\n"
                                 "class-map A\n match any\n"
                                 "class-map B\n match class-map A\n"
                                 "class-map C\n match class-map A\n"
                                 "policy-map P\n class A\n  drop\n"
                                 " class A\n  police\n"
                                 "policy-map Q\n class A\n  log\n";
    AUTO(rig_clear) struct rig rig = { 0 };
    struct oval_collected got =
        collect(&rig, "asa", "class_map", "name", str_c(config));

    assert_int_equal(got.item_count, 4);
    for (uint32_t i = 0; i < 2; i++) {
        const struct oval_item *item = got.items[i];

        assert_true(str_eq_c(fact(item, "name", 0), "A"));
        assert_true(str_eq_c(fact(item, "used_in_class_map", 0), "B"));
        assert_true(str_eq_c(fact(item, "used_in_class_map", 1), "C"));
        assert_true(
            str_eq_c(fact(item, "used_in_policy_map", 0), i == 0 ? "P" : "Q"));
        assert_true(str_eq_c(fact(item, "policy_map_action", 0),
                             i == 0 ? "drop" : "log"));
    }
}

static void a_policy_map_is_used_where_it_stands_first(void **state UNUSED)
{
    static const char config[] =
        "hostname x\n"
        "policy-map type inspect dns D\n parameters\n"
        "policy-map type inspect dns E\n parameters\n"
        "service-policy E global\n"
        "policy-map P\n class A\n  inspect dns D\n  inspect dns E\n"
        "policy-map Q\n class A\n  inspect dns D\n"
        "service-policy D global\n";
    AUTO(rig_clear) struct rig rig = { 0 };
    struct oval_collected got =
        collect(&rig, "asa", "policy_map", "name", str_c(config));

    assert_int_equal(got.item_count, 4);
    assert_true(str_eq_c(fact(got.items[0], "used_in", 0), "P"));
    assert_true(str_eq_c(fact(got.items[1], "used_in", 0), "E"));
    assert_int_equal(fact(got.items[2], "used_in", 0).n, 0);
}

static bool shows(const struct oval_collected *got, const char *text)
{
    size_t n = 0;

    for (uint32_t k = 0; k < got->item_count; k++)
        for (uint32_t f = 0; f < got->items[k]->fact_count; f++) {
            str value = got->items[k]->facts[f].value;

            n += str_find(value, str_c(text)) < value.n;
        }
    return n > 0;
}

/* R-DEP-8: evaluation sees secrets, what is written does not show them. */
static void what_is_written_has_no_secrets(void **state UNUSED)
{
    static const char config[] = "hostname x\n"
                                 "snmp-server community planted RO 10\n"
                                 "router bgp 1\n"
                                 " neighbor 10.0.0.1 password 7 planted\n";
    static const struct {
        const char *kind;
        const char *entity;
        const char *fact;
        const char *shown;
    } cases[] = {
        { "snmpcommunity", "name", "name", "********" },
        { "bgpneighbor", "neighbor", "password", "********" },
        { "global", "global_command", "global_command", "hostname x" },
        { "section", "section_command", "config_line", "router bgp 1" },
    };

    for (size_t i = 0; i < 2 * COUNT(cases); i++) {
        AUTO(rig_clear) struct rig rig = { 0 };
        struct oval_collected got = collect(&rig, "ios", cases[i / 2].kind,
                                            cases[i / 2].entity, str_c(config));

        if (i % 2 == 1)
            network_source_tell_secrets(rig.source);
        oval_conceal_items(rig.eval);
        assert_true(got.item_count > 0);
        assert_int_equal(shows(&got, "planted"), i % 2);
        if (i % 2 == 0)
            assert_true(str_eq_c(fact(got.items[0], cases[i / 2].fact, 0),
                                 cases[i / 2].shown));
    }
}

static void too_long_a_list_of_vlans_is_not_known(void **state UNUSED)
{
    AUTO(buf_clear) struct buf config = BUF(TEXT_MAX);
    AUTO(rig_clear) struct rig rig = { 0 };
    struct oval_collected got;

    buf_add_c(&config, "hostname x\ninterface G0\n");
    numbered(&config, SOME, " switchport trunk allowed vlan add ", "");
    got = collect(&rig, "ios", "interface", "name", buf_str(&config));
    assert_int_equal(got.item_count, 1);
    for (uint32_t i = 0; i < got.items[0]->fact_count; i++) {
        const struct oval_fact *f = &got.items[0]->facts[i];

        if (str_eq_c(f->name, "switchport_trunked_vlans"))
            assert_int_equal(f->status, OVAL_NOT_COLLECTED);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_used_everywhere_is_given_up_to_a_limit),
        cmocka_unit_test(interfaces_of_one_name_are_given_up_to_a_limit),
        cmocka_unit_test(class_maps_of_one_name_are_given_up_to_a_limit),
        cmocka_unit_test(many_names_are_found_by_an_index),
        cmocka_unit_test(what_names_a_class_map_is_in_the_order_of_the_text),
        cmocka_unit_test(a_policy_map_is_used_where_it_stands_first),
        cmocka_unit_test(what_is_written_has_no_secrets),
        cmocka_unit_test(too_long_a_list_of_vlans_is_not_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
