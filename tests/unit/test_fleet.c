/* SPDX-License-Identifier: Apache-2.0
 *
 * The evaluator of a fleet gives what the evaluator of one device gives: on
 * content and inventories made at random, with everything in them that is
 * rare, wrong or hostile, and on real feeds where they are at hand.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "oval/eval.h"
#include "oval/fleet.h"

#define NS "http://oval.mitre.org/XMLSchema/oval-definitions-5"

enum {
    ROUNDS = 150,
    DEVICES = 90,
    TESTS = 40,
    OBJECTS = 24,
    STATES = 14,
    DEFINITIONS = 30,
    TEXT_MAX = 1 << 22
};

/* --- chance --- */

struct chance {
    uint64_t seed;
};

static uint32_t roll(struct chance *c, uint32_t n)
{
    c->seed = c->seed * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)((c->seed >> 33) % n);
}

static const char *one_of(struct chance *c, const char *const *list, size_t n)
{
    return list[roll(c, (uint32_t)n)];
}

static const char *const names[] = {
    "bash",    "glibc", "linux",          "linux-image-1", "linux-image-2",
    "openssl", "zlib",  "redhat-release", "centos-release"
};
static const char *const versions[] = {
    "1.0-1",   "0:1.0-1", "2:0.5-1", "1.0-2",     "1.1~rc1-1", "1.1-1", "10-1",
    "1:2:3-1", "",        "x",       "8.1-1.el8", "1-",        "~",     "3.0"
};
static const char *const arches[] = { "amd64", "i386", "all", "x86_64", "" };

/* --- content --- */

static void add_state(struct chance *c, struct buf *out, unsigned i)
{
    static const char *const ops[] = { "less than",   "greater than or equal",
                                       "equals",      "not equal",
                                       "bitwise and", "nonsense" };
    const char *kind = roll(c, 3) > 0 ? "dpkginfo" : "rpminfo";
    const char *op = one_of(c, ops, COUNT(ops));

    buf_printf(out, "<l:%s_state id='s%u' version='1' operator='%s'>", kind, i,
               roll(c, 3) > 0 ? "AND" : "OR");
    if (roll(c, 8) > 0)
        buf_printf(out,
                   "<l:evr datatype='%s' operation='%s' entity_check='all'>"
                   "%s</l:evr>",
                   kind[0] == 'd' ? "debian_evr_string" : "evr_string", op,
                   one_of(c, versions, COUNT(versions)));
    if (roll(c, 4) == 0)
        buf_printf(out, "<l:arch operation='pattern match'>%s</l:arch>",
                   roll(c, 2) == 0 ? "64|all" : "(");
    if (roll(c, 8) == 0)
        buf_add_c(out, "<l:epoch>(none)</l:epoch>");
    if (roll(c, 8) == 0)
        buf_add_c(out, "<l:evr datatype='debian_evr_string' "
                       "operation='less than' var_ref='v1' "
                       "var_check='at least one'/>");
    if (roll(c, 10) == 0)
        buf_add_c(out, "<l:signature_keyid>1</l:signature_keyid>");
    buf_printf(out, "</l:%s_state>", kind);
}

/* Without `round` an object refers to those before it only. */
static void add_package_object(struct chance *c, struct buf *out, unsigned i,
                               bool round)
{
    static const char *const checks[] = { "at least one", "all", "only one",
                                          "none satisfy" };
    const char *kind = roll(c, 3) > 0 ? "dpkginfo" : "rpminfo";

    buf_printf(out, "<l:%s_object id='o%u' version='1'>", kind, i);
    switch (i == 0 && !round ? 9 : roll(c, 9)) {
    case 0:
        buf_printf(out, "<l:name operation='pattern match'>^%s</l:name>",
                   roll(c, 3) > 0 ? "linux-image" : "(");
        break;
    case 1:
        buf_printf(out, "<l:name var_ref='v%u' var_check='%s'/>", roll(c, 5),
                   one_of(c, checks, COUNT(checks)));
        break;
    case 2:
        buf_printf(out, "<l:name operation='not equal'>%s</l:name>",
                   one_of(c, names, COUNT(names)));
        break;
    case 3:
        buf_printf(out,
                   "<l:name>%s</l:name><o:filter action='%s'>s%u</o:filter>",
                   one_of(c, names, COUNT(names)),
                   roll(c, 2) ? "include" : "exclude", roll(c, STATES));
        break;
    default:
        buf_printf(out, "<l:name>%s</l:name>", one_of(c, names, COUNT(names)));
    }
    buf_printf(out, "</l:%s_object>", kind);
}

static void add_other_object(struct chance *c, struct buf *out, unsigned i,
                             bool round)
{
    static const char *const sets[] = { "UNION", "COMPLEMENT", "INTERSECTION" };

    switch (roll(c, 7)) {
    case 0:
        buf_printf(out, "<i:family_object id='o%u' version='1'/>", i);
        break;
    case 1:
        buf_printf(out, "<u:uname_object id='o%u' version='1'/>", i);
        break;
    case 2:
        buf_printf(out,
                   "<i:textfilecontent54_object id='o%u' version='1'>"
                   "<i:path>/etc</i:path><i:filename>debian_version"
                   "</i:filename><i:pattern operation='pattern match'>"
                   "(\\d+)\\.\\d</i:pattern><i:instance datatype='int'>1"
                   "</i:instance></i:textfilecontent54_object>",
                   i);
        break;
    case 3:
        buf_printf(out,
                   "<i:variable_object id='o%u' version='1'><i:var_ref>v%u"
                   "</i:var_ref></i:variable_object>",
                   i, roll(c, 5));
        break;
    case 4:
        buf_printf(out,
                   "<l:rpmverifyfile_object id='o%u' version='1'>"
                   "<l:name operation='pattern match'/><l:epoch operation="
                   "'pattern match'/><l:version operation='pattern match'/>"
                   "<l:release operation='pattern match'/><l:arch operation="
                   "'pattern match'/><l:filepath>/etc/redhat-release"
                   "</l:filepath></l:rpmverifyfile_object>",
                   i);
        break;
    case 5:
        buf_printf(out,
                   "<u:file_object id='o%u' version='1'><u:filepath>/x"
                   "</u:filepath></u:file_object>",
                   i);
        break;
    default:
        buf_printf(out,
                   "<l:dpkginfo_object id='o%u' version='1'><o:set "
                   "set_operator='%s'><o:object_reference>o%u"
                   "</o:object_reference><o:object_reference>o%u"
                   "</o:object_reference></o:set></l:dpkginfo_object>",
                   i, one_of(c, sets, COUNT(sets)),
                   roll(c, round ? OBJECTS : i), roll(c, round ? OBJECTS : i));
    }
}

static void add_test(struct chance *c, struct buf *out, unsigned i)
{
    static const char *const checks[] = { "all", "at least one", "none satisfy",
                                          "only one", "bogus" };
    static const char *const exists[] = { "at_least_one_exists", "all_exist",
                                          "any_exist", "none_exist",
                                          "only_one_exists" };
    static const char *const ops[] = { "AND", "OR", "ONE", "XOR" };
    unsigned object = roll(c, OBJECTS);
    unsigned states = roll(c, 3);

    buf_printf(out,
               "<l:dpkginfo_test id='t%u' version='1' check='%s' "
               "check_existence='%s' state_operator='%s'>",
               i, one_of(c, checks, roll(c, 20) > 0 ? 4 : 5),
               one_of(c, exists, roll(c, 2) ? 1 : COUNT(exists)),
               one_of(c, ops, COUNT(ops)));
    buf_printf(out, "<l:object object_ref='o%u'/>",
               roll(c, 40) > 0 ? object : 999);
    for (unsigned k = 0; k < states; k++)
        buf_printf(out, "<l:state state_ref='s%u'/>",
                   roll(c, 40) > 0 ? roll(c, STATES) : 999);
    buf_add_c(out, "</l:dpkginfo_test>");
}

static void add_criteria(struct chance *c, struct buf *out, unsigned depth,
                         unsigned definition, bool round)
{
    static const char *const ops[] = {
        "AND", "OR", "ONE", "XOR", "NOR", "AND"
    };
    unsigned n = roll(c, 4) + (depth == 0);

    buf_printf(out, "<criteria operator='%s' negate='%s'>",
               one_of(c, ops, roll(c, 10) > 0 ? 4 : COUNT(ops)),
               roll(c, 4) == 0 ? "true" : "false");
    for (unsigned i = 0; i < n; i++) {
        const char *negate = roll(c, 4) == 0 ? "true" : "false";
        unsigned kind = roll(c, 8);

        if (kind < 2 && depth < 3)
            add_criteria(c, out, depth + 1, definition, round);
        else if (kind == 2 && (definition > 0 || round))
            buf_printf(out,
                       "<extend_definition definition_ref='d%u' negate='%s'/>",
                       roll(c, round ? DEFINITIONS : definition), negate);
        else
            buf_printf(out, "<criterion test_ref='t%u' negate='%s'/>",
                       roll(c, 60) > 0 ? roll(c, TESTS) : 999, negate);
    }
    buf_add_c(out, "</criteria>");
}

static void add_variables(struct chance *c, struct buf *out, bool round)
{
    buf_add_c(out, "<variables>"
                   "<constant_variable id='v0' version='1' datatype='string' "
                   "comment=''><value>bash</value><value>zlib</value>"
                   "<value>linux</value><value>bash</value>"
                   "</constant_variable>"
                   "<constant_variable id='v1' version='1' "
                   "datatype='debian_evr_string' comment=''>"
                   "<value>1.0-2</value><value>0:0.5</value>"
                   "</constant_variable>"
                   "<external_variable id='v2' version='1' datatype='string' "
                   "comment=''/>"
                   "<constant_variable id='v3' version='1' datatype='string' "
                   "comment=''><value>glibc</value></constant_variable>");
    buf_printf(out,
               "<local_variable id='v4' version='1' datatype='string' "
               "comment=''><object_component object_ref='o%u' "
               "item_field='%s'/></local_variable></variables>",
               round ? roll(c, OBJECTS) : 0, roll(c, 2) ? "evr" : "name");
}

static void make_content(struct chance *c, struct buf *out)
{
    bool round = roll(c, 12) == 0;

    buf_add_c(out, "<oval_definitions xmlns='" NS "' xmlns:o='" NS
                   "' xmlns:l='" NS "#linux' xmlns:i='" NS
                   "#independent' xmlns:u='" NS "#unix'><definitions>");
    for (unsigned i = 0; i < DEFINITIONS; i++) {
        buf_printf(out, "<definition id='d%u' version='1' class='patch'>", i);
        if (roll(c, 20) > 0)
            add_criteria(c, out, 0, i, round);
        buf_add_c(out, "</definition>");
    }
    buf_add_c(out, "</definitions><tests>");
    for (unsigned i = 0; i < TESTS; i++)
        add_test(c, out, i);
    buf_add_c(out, "<i:unknown_test id='t998' version='1' check='all'/>"
                   "</tests><objects>");
    for (unsigned i = 0; i < OBJECTS; i++) {
        if (roll(c, 4) > 0 || i == 0)
            add_package_object(c, out, i, round);
        else
            add_other_object(c, out, i, round);
    }
    buf_add_c(out, "</objects><states>");
    for (unsigned i = 0; i < STATES; i++)
        add_state(c, out, i);
    buf_add_c(out, "</states>");
    add_variables(c, out, round);
    buf_add_c(out, "</oval_definitions>");
}

static struct oval_content *load(str text)
{
    struct oval_content *content = NULL;
    struct stream *stream = NULL;
    struct err err = { 0 };

    if (stream_open_memory(text, "doc", NULL, &stream, &err) < 0 ||
        oval_load(stream, NULL, NULL, &content, &err) < 0)
        fail_msg("%s", err.text);
    stream_free(stream);
    return content;
}

/* --- devices --- */

static void make_device(struct chance *c, struct arena *arena, unsigned number,
                        struct oval_inventory *out)
{
    static const char *const ids[] = { "debian", "ubuntu", "rhel",
                                       "centos", "plan9",  "sles" };
    static const char *const os_versions[] = { "12", "12.4", "22.04", "8", "" };
    static const char *const kernels[] = { "", "6.1.0-18-amd64" };
    struct oval_installed *list;
    size_t n = roll(c, 14);

    out->device = arena_printf(arena, "device-%u", number);
    out->os.id = str_c(one_of(c, ids, COUNT(ids)));
    out->os.version_id = str_c(one_of(c, os_versions, COUNT(os_versions)));
    out->os.arch = str_c(roll(c, 3) > 0 ? "x86_64" : "amd64");
    out->os.kernel = str_c(one_of(c, kernels, COUNT(kernels)));
    out->manager = roll(c, 8) == 0  ? OVAL_MANAGER_OTHER
                   : roll(c, 3) > 0 ? OVAL_MANAGER_DPKG
                                    : OVAL_MANAGER_RPM;
    list = arena_alloc(arena, n, sizeof(*list));
    for (size_t i = 0; i < n; i++) {
        list[i].name = str_c(one_of(c, names, COUNT(names)));
        list[i].evr = str_c(one_of(c, versions, COUNT(versions)));
        list[i].arch = str_c(one_of(c, arches, COUNT(arches)));
        if (roll(c, 3) == 0)
            list[i].source = str_c(one_of(c, names, COUNT(names)));
        if (roll(c, 3) == 0)
            list[i].source_evr = str_c(one_of(c, versions, COUNT(versions)));
        if (roll(c, 6) == 0)
            list[i].key_id = str_c("1");
    }
    out->packages = list;
    out->package_count = n;
}

/* --- both evaluators --- */

static void evaluate_one(const struct oval_content *content,
                         const struct oval_inventory *inventory,
                         const struct oval_inventory_options *options,
                         uint8_t *results)
{
    struct oval_source *source = NULL;
    struct oval_eval *eval = NULL;
    struct err err = { 0 };

    if (oval_inventory_source_new(inventory, options, &source, &err) < 0 ||
        oval_eval_new(content, source, NULL, &eval, &err) < 0 ||
        oval_eval_all(eval, &err) < 0)
        fail_msg("%s", err.text);
    for (uint32_t i = 0; i < content->definitions.n; i++) {
        enum oval_result r;

        assert_true(oval_eval_result(eval, i, &r));
        results[i] = (uint8_t)r;
    }
    oval_eval_free(eval);
    oval_source_free(source);
}

struct check {
    const struct oval_content *content;
    const struct oval_fleet *fleet;
    uint8_t *wanted; /* by device, then by definition */
    uint8_t *got;
    uint64_t key;
    uint32_t next; /* device */
    uint64_t seed;
    struct buf *text;
};

static void compare(const struct check *c, uint32_t device, str blob)
{
    uint32_t n = c->content->definitions.n;
    struct err err = { 0 };

    if (oval_verdicts_decode(blob, c->key, n, c->got, &err) < 0)
        fail_msg("%s", err.text);
    for (uint32_t i = 0; i < n; i++) {
        if (c->got[i] == c->wanted[(size_t)device * n + i])
            continue;
        if (c->text != NULL && getenv("FLEET_DUMP") != NULL) {
            FILE *f = fopen(getenv("FLEET_DUMP"), "w");

            if (f != NULL) {
                fputs(buf_c(c->text), f);
                fclose(f);
            }
        }
        fail_msg(
            "seed %llu, device %u, definition %" PRIstr ": %s, wanted %s",
            (unsigned long long)c->seed, device,
            ARGstr(oval_name_text(c->content, c->content->definitions.p[i].id)),
            oval_result_text(c->got[i]),
            oval_result_text(c->wanted[(size_t)device * n + i]));
    }
}

static int on_device(void *ctx, uint32_t device, str blob,
                     struct err *err UNUSED)
{
    struct check *c = ctx;

    assert_int_equal(device, c->next);
    c->next++;
    compare(c, device, blob);
    return 0;
}

static void check_counts(const struct check *c,
                         const struct oval_fleet_counts *counts)
{
    uint32_t n = c->content->definitions.n;
    uint32_t devices = oval_fleet_size(c->fleet);

    for (uint32_t i = 0; i < n; i++) {
        struct oval_fleet_counts wanted = { 0 };

        for (uint32_t d = 0; d < devices; d++)
            wanted.n[c->wanted[(size_t)d * n + i]]++;
        assert_memory_equal(&wanted, &counts[i], sizeof(wanted));
    }
}

static void check_fleet(struct check *c, unsigned threads)
{
    struct oval_assess_options options = { .threads = threads,
                                           .device = on_device,
                                           .ctx = c };
    uint32_t n = c->content->definitions.n;
    struct oval_fleet_counts *counts = mem_alloc(n + 1, sizeof(*counts));
    struct oval_assess *assess = NULL;
    struct buf blob = BUF(1 << 24);
    struct err err = { 0 };

    c->key = oval_verdicts_key(c->content);
    c->got = mem_alloc(n + 1, 1);
    if (oval_assess_new(c->fleet, c->content, &assess, &err) < 0)
        fail_msg("%s", err.text);
    for (uint32_t d = 0; d < oval_fleet_size(c->fleet); d += 7) {
        buf_reset(&blob);
        if (oval_assess_device(assess, d, &blob, &err) < 0)
            fail_msg("%s", err.text);
        compare(c, d, buf_str(&blob));
    }
    c->next = 0;
    if (oval_assess_all(assess, &options, counts, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(c->next, oval_fleet_size(c->fleet));
    check_counts(c, counts);
    oval_assess_free(assess);
    mem_free(counts);
    mem_free(c->got);
    buf_clear(&blob);
}

static void check_round(uint64_t seed)
{
    struct chance chance = { seed };
    struct buf text = BUF(TEXT_MAX);
    struct arena arena = ARENA;
    struct oval_inventory_options options = { .source_packages =
                                                  seed % 2 == 1 };
    struct oval_fleet *fleet = oval_fleet_new(&options);
    struct check check = { .fleet = fleet, .text = &text, .seed = seed };
    struct err err = { 0 };

    make_content(&chance, &text);
    check.content = load(buf_str(&text));
    check.wanted = mem_alloc((size_t)DEVICES * DEFINITIONS, 1);
    for (unsigned i = 0; i < DEVICES; i++) {
        struct oval_inventory inventory = { 0 };

        make_device(&chance, &arena, i, &inventory);
        if (oval_fleet_put(fleet, &inventory, NULL, &err) != 0)
            fail_msg("%s", err.text);
        evaluate_one(check.content, &inventory, &options,
                     check.wanted + (size_t)i * DEFINITIONS);
    }
    check_fleet(&check, seed % 3 == 0 ? 2 : 1);
    oval_content_free((struct oval_content *)check.content);
    mem_free(check.wanted);
    oval_fleet_free(fleet);
    arena_clear(&arena);
    buf_clear(&text);
}

static void a_fleet_is_evaluated_as_its_devices_are(void **state UNUSED)
{
    const char *first = getenv("FLEET_SEED");
    uint64_t seed = first != NULL ? strtoull(first, NULL, 10) : 1;

    for (unsigned i = 0; i < ROUNDS; i++)
        check_round(seed + i);
}

/* --- a feed that changes --- */

static const struct {
    const char *from;
    const char *to;
} edits[] = {
    { ">1.0-1<", ">1.0-2<" },
    { "check='all'", "check='only one'" },
    { "operator='OR'", "operator='XOR'" },
    { "test_ref='t3'", "test_ref='t4'" },
    { "<value>zlib</value>", "<value>openssl</value>" },
    { "<l:name>bash</l:name>", "<l:name>glibc</l:name>" },
    { "negate='true'", "negate='false'" },
    { "operation='less than'", "operation='equals'" },
    { "id='d3'", "id='d3a'" },
};

/* One of the places where `from` stands becomes `to`. */
static void edit(struct chance *c, str text, struct buf *out)
{
    size_t row = roll(c, COUNT(edits));
    str from = str_c(edits[row].from);
    uint32_t skip = roll(c, 8);
    size_t at = str_find(text, from);

    while (skip-- > 0 && at < text.n) {
        size_t next = at + 1 + str_find(str_sub(text, at + 1, SIZE_MAX), from);

        at = next < text.n ? next : at;
    }
    buf_add(out, str_sub(text, 0, at));
    if (at < text.n) {
        buf_add_c(out, edits[row].to);
        buf_add(out, str_sub(text, at + from.n, SIZE_MAX));
    }
}

struct change {
    struct oval_assess *before;
    struct oval_assess *now;
    struct oval_assess *changed;
    struct oval_carry *carry;
    uint32_t unchanged;
};

static void start_change(struct change *change, const struct oval_fleet *fleet,
                         const struct oval_content *before,
                         const struct oval_content *now)
{
    uint32_t *map = mem_alloc(now->definitions.n + 1, sizeof(*map));
    struct err err = { 0 };

    oval_content_unchanged(before, now, map);
    for (uint32_t i = 0; i < now->definitions.n; i++)
        change->unchanged += map[i] != OVAL_NONE;
    change->carry = oval_carry_new(before, now, map);
    if (oval_assess_new(fleet, before, &change->before, &err) < 0 ||
        oval_assess_new(fleet, now, &change->now, &err) < 0 ||
        oval_assess_new_only(fleet, now, oval_carry_changed(change->carry),
                             &change->changed, &err) < 0)
        fail_msg("%s", err.text);
    mem_free(map);
}

static void check_change(const struct change *change, uint32_t device)
{
    struct buf before = BUF(1 << 20);
    struct buf now = BUF(1 << 20);
    struct buf changed = BUF(1 << 20);
    struct buf carried = BUF(1 << 20);
    struct err err = { 0 };

    if (oval_assess_device(change->before, device, &before, &err) < 0 ||
        oval_assess_device(change->now, device, &now, &err) < 0 ||
        oval_assess_device(change->changed, device, &changed, &err) < 0 ||
        oval_carry_blob(change->carry, buf_str(&before), buf_str(&changed),
                        &carried, &err) < 0)
        fail_msg("%s", err.text);
    assert_true(str_eq(buf_str(&carried), buf_str(&now)));
    buf_clear(&before);
    buf_clear(&now);
    buf_clear(&changed);
    buf_clear(&carried);
}

static uint32_t check_changed_round(uint64_t seed)
{
    struct chance chance = { seed };
    struct buf text = BUF(TEXT_MAX);
    struct buf edited = BUF(TEXT_MAX);
    struct arena arena = ARENA;
    struct oval_fleet *fleet = oval_fleet_new(NULL);
    struct oval_content *before;
    struct oval_content *now;
    struct change change = { 0 };
    struct err err = { 0 };

    make_content(&chance, &text);
    edit(&chance, buf_str(&text), &edited);
    before = load(buf_str(&text));
    now = load(buf_str(&edited));
    for (unsigned i = 0; i < DEVICES; i++) {
        struct oval_inventory inventory = { 0 };

        make_device(&chance, &arena, i, &inventory);
        if (oval_fleet_put(fleet, &inventory, NULL, &err) != 0)
            fail_msg("%s", err.text);
    }
    start_change(&change, fleet, before, now);
    for (uint32_t d = 0; d < DEVICES; d += 3)
        check_change(&change, d);
    oval_assess_free(change.before);
    oval_assess_free(change.now);
    oval_assess_free(change.changed);
    oval_carry_free(change.carry);
    oval_content_free(before);
    oval_content_free(now);
    oval_fleet_free(fleet);
    arena_clear(&arena);
    buf_clear(&text);
    buf_clear(&edited);
    return change.unchanged;
}

static void a_changed_feed_is_evaluated_where_it_changed(void **state UNUSED)
{
    const char *first = getenv("FLEET_SEED");
    uint64_t seed = first != NULL ? strtoull(first, NULL, 10) : 1;
    uint32_t unchanged = 0;

    for (unsigned i = 0; i < ROUNDS; i++)
        unchanged += check_changed_round(seed + i);
    assert_true(unchanged > ROUNDS * DEFINITIONS / 2);
}

/* --- real feeds and machines --- */

static void add_real(struct oval_fleet *fleet, const char *path)
{
    struct stream *stream = NULL;
    struct err err = { 0 };

    if (stream_open(path, NULL, &stream, &err) < 0 ||
        oval_fleet_read(fleet, stream, &err) < 0)
        fail_msg("%s", err.text);
    stream_free(stream);
}

static void check_feed(const char *path, const char *inventories, bool source)
{
    struct oval_inventory_options options = { .source_packages = source };
    struct oval_fleet *fleet = oval_fleet_new(&options);
    struct check check = { .fleet = fleet };
    struct oval_content *content = NULL;
    struct err err = { 0 };

    if (oval_content_open(path, NULL, NULL, &content, &err) < 0)
        fail_msg("%s", err.text);
    add_real(fleet, inventories);
    check.content = content;
    check.wanted =
        mem_alloc((size_t)oval_fleet_size(fleet) * content->definitions.n, 1);
    for (uint32_t d = 0; d < oval_fleet_size(fleet); d++) {
        struct oval_inventory inventory;
        struct arena arena = ARENA;

        oval_fleet_inventory(fleet, d, &arena, &inventory);
        evaluate_one(content, &inventory, &options,
                     check.wanted + (size_t)d * content->definitions.n);
        arena_clear(&arena);
    }
    check_fleet(&check, 2);
    mem_free(check.wanted);
    oval_content_free(content);
    oval_fleet_free(fleet);
}

/* FLEET_FEEDS: paths of feeds, FLEET_INVENTORIES: a file of devices. */
static void real_feeds_too(void **state UNUSED)
{
    const char *feeds = getenv("FLEET_FEEDS");
    const char *inventories = getenv("FLEET_INVENTORIES");
    str rest = str_c(feeds);

    if (feeds == NULL || inventories == NULL)
        return;
    while (rest.n > 0) {
        struct buf path = BUF(4096);

        buf_add(&path, str_cut(&rest, ' '));
        check_feed(buf_c(&path), inventories, false);
        check_feed(buf_c(&path), inventories, true);
        buf_clear(&path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fleet_is_evaluated_as_its_devices_are),
        cmocka_unit_test(a_changed_feed_is_evaluated_where_it_changed),
        cmocka_unit_test(real_feeds_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
