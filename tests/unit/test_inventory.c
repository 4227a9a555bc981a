/* SPDX-License-Identifier: Apache-2.0
 *
 * Inventories: lines that are and are not, what follows from one, and what a
 * fleet makes of devices that come, change and go.
 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "base/mem.h"
#include "oval/eval.h"
#include "oval/fleet.h"

#define NS "http://oval.mitre.org/XMLSchema/oval-definitions-5"

static struct stream *open_text(str text)
{
    struct stream *stream = NULL;
    struct err err = { 0 };

    if (stream_open_memory(text, "fleet", NULL, &stream, &err) < 0)
        fail_msg("%s", err.text);
    return stream;
}

/* --- lines --- */

#define OS "\"os\":{\"id\":\"debian\",\"version_id\":\"12\",\"arch\":\"x\"}"
#define DPKG ",\"manager\":\"dpkg\""
#define HEAD "{\"device\":\"a\"," OS DPKG ",\"packages\":"

static const struct {
    const char *text;
    int rc;
    const char *error; /* a part of the sentence */
} lines[] = {
    { HEAD "[]}", 0, "" },
    { HEAD "[[\"bash\",\"5\",\"amd64\"]]}", 0, "" },
    { "\n \n" HEAD "[[\"bash\",\"5\",\"amd64\"]]}\r\n\n", 0, "" },
    { HEAD "[[\"a\",\"5\",\"\"],[\"b\",\"\",\"all\"]]}", 0, "" },
    { HEAD "[ [ \"a\" , \"5\" , \"x\" , \"s\" , \"4\" , \"key\" ] ] }", 0, "" },
    { "{\"packages\":[],\"x\":[1,-2.5e+3,{\"y\":null}],\"manager\":\"rpm\","
      "\"device\":\"\\u00e4\\ud83d\\ude00\"," OS "}",
      0, "" },
    { HEAD "[[\"a]b\",\"5\",\"x\"]]}", 0, "" },
    { "{}", E_PARSE, "fleet: line 1: 'device' is missing" },
    { HEAD "[]}\n{}", E_PARSE, "fleet: line 2: 'device' is missing" },
    { "[]", E_PARSE, "expected '{'" },
    { HEAD "[]", E_PARSE, "expected ',' or '}'" },
    { HEAD "[]}}", E_PARSE, "the end of the line" },
    { HEAD "[],}", E_PARSE, "a name in quotes" },
    { HEAD "{}}", E_PARSE, "'[' of the packages" },
    { HEAD "[[\"a\",\"5\"]]}", E_PARSE, "[name, version, architecture]" },
    { HEAD "[[\"a\",\"5\",\"x\",\"\",\"\",\"\",\"\"]]}", E_PARSE,
      "more than 6 texts" },
    { HEAD "[[\"a\",5,\"x\"]]}", E_PARSE, "the version of a package" },
    { HEAD "[[\"\",\"5\",\"x\"]]}", E_INVALID, "name of a package is empty" },
    { HEAD "[\"a\"]}", E_PARSE, "'[' of a package" },
    { HEAD "[[\"a\",\"5\",\"x\"],]}", E_PARSE, "'[' of a package" },
    { HEAD "[[\"a\",\"5\\n\",\"x\"]]}", E_INVALID, "control character" },
    { HEAD "[[\"a\",\"5\t\",\"x\"]]}", E_PARSE, "the end of a text" },
    { HEAD "[[\"a\",\"\\u0000\",\"x\"]]}", E_INVALID, "control character" },
    { HEAD "[[\"a\",\"\\ud800\",\"x\"]]}", E_PARSE, "second half" },
    { HEAD "[[\"a\",\"\\x\",\"x\"]]}", E_PARSE, "JSON escapes" },
    { HEAD "[[\"a\",\"\xff\",\"x\"]]}", E_PARSE, "UTF-8" },
    { "{\"device\":\"\"," OS DPKG ",\"packages\":[]}", E_INVALID,
      "name of the device is empty" },
    { "{\"device\":\"a\",\"device\":\"b\"," OS DPKG ",\"packages\":[]}",
      E_PARSE, "'device' is given twice" },
    { "{\"device\":\"a\",\"os\":{\"id\":\"x\"}" DPKG ",\"packages\":[]}",
      E_PARSE, "'os': 'version_id' is missing" },
    { "{\"device\":\"a\"," OS ",\"manager\":\"\",\"packages\":[]}", E_INVALID,
      "package manager is empty" },
    { "{\"device\":null," OS DPKG ",\"packages\":[]}", E_PARSE,
      "the name of the device" },
    { HEAD "[],\"x\":01}", E_PARSE, "expected ',' or '}'" },
    { HEAD "[],\"x\":tru}", E_PARSE, "expected a value" },
};

static int read_all(str text, struct err *err)
{
    struct stream *stream = open_text(text);
    struct oval_inventory_reader *reader = oval_inventory_reader_new(stream);
    struct oval_inventory inventory;
    int rc;

    do {
        rc = oval_inventory_read(reader, &inventory, err);
    } while (rc == 0);
    oval_inventory_reader_free(reader);
    stream_free(stream);
    return rc < 0 ? rc : 0;
}

/* The fleet reads the same lines by another way. */
static int put_all(str text, struct err *err)
{
    struct stream *stream = open_text(text);
    struct oval_fleet *fleet = oval_fleet_new(NULL);
    int rc = oval_fleet_read(fleet, stream, err);

    oval_fleet_free(fleet);
    stream_free(stream);
    return rc;
}

static void lines_are_read_or_refused_with_the_reason(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct err one = { 0 };
        struct err other = { 0 };
        int rc = read_all(str_c(lines[i].text), &one);

        if (rc != lines[i].rc || strstr(one.text, lines[i].error) == NULL)
            fail_msg("%s: %d %s", lines[i].text, rc, one.text);
        rc = put_all(str_c(lines[i].text), &other);
        if (rc != lines[i].rc || strcmp(one.text, other.text) != 0)
            fail_msg("%s: %d %s", lines[i].text, rc, other.text);
    }
}

static void a_line_without_end_is_refused(void **state UNUSED)
{
    struct buf text = BUF(64 << 20);
    struct err err = { 0 };

    buf_add_c(&text, HEAD "[]");
    while (text.n <= OVAL_INVENTORY_LINE_MAX)
        buf_add_c(&text, "                                                ");
    assert_int_equal(read_all(buf_str(&text), &err), E_LIMIT);
    assert_non_null(strstr(err.text, "line 1: longer than"));
    assert_int_equal(put_all(buf_str(&text), &err), E_LIMIT);
    buf_clear(&text);
}

static void too_many_packages_and_too_deep_members_are_refused(void **s UNUSED)
{
    struct buf text = BUF(64 << 20);
    struct err err = { 0 };

    buf_add_c(&text, HEAD "[[\"a\",\"1\",\"x\"]");
    for (unsigned i = 0; i < OVAL_INVENTORY_PACKAGES_MAX; i++)
        buf_add_c(&text, ",[\"a\",\"1\",\"x\"]");
    buf_add_c(&text, "]}");
    assert_int_equal(read_all(buf_str(&text), &err), E_LIMIT);
    assert_int_equal(put_all(buf_str(&text), &err), E_LIMIT);
    buf_reset(&text);
    buf_add_c(&text, "{\"x\":");
    for (unsigned i = 0; i < 100000; i++)
        buf_add_c(&text, "[");
    assert_int_equal(read_all(buf_str(&text), &err), E_LIMIT);
    buf_clear(&text);
}

/* --- what follows from an inventory --- */

#define TEST(id, kind, object, state)                                          \
    "<" kind "_test id='t:" id "' version='1' check='at least one'>"           \
    "<l:object object_ref='o:" object "'/>" state "</" kind "_test>"
#define STATE(id) "<l:state state_ref='s:" id "'/>"
#define DEFINITION(id)                                                         \
    "<definition id='" id "' version='1' class='vulnerability'><criteria>"     \
    "<criterion test_ref='t:" id "'/></criteria></definition>"

/* clang-format off */
static const char content_text[] =
"<oval_definitions xmlns='" NS "' xmlns:l='" NS "#linux' xmlns:i='" NS
"#independent' xmlns:u='" NS "#unix'><definitions>"
DEFINITION("bash") DEFINITION("every bash") DEFINITION("no bash")
DEFINITION("rpm bash") DEFINITION("kernel") DEFINITION("running")
DEFINITION("debian 12") DEFINITION("focal") DEFINITION("rhel 8")
DEFINITION("unix") DEFINITION("uname") DEFINITION("file") DEFINITION("epoch")
DEFINITION("signed") DEFINITION("point")
"</definitions><tests>"
TEST("bash", "l:dpkginfo", "bash", STATE("old"))
"<l:dpkginfo_test id='t:every bash' version='1' check='all'>"
"<l:object object_ref='o:bash'/>" STATE("old") "</l:dpkginfo_test>"
"<l:dpkginfo_test id='t:no bash' version='1' check='all' "
"check_existence='none_exist'><l:object object_ref='o:bash'/></l:dpkginfo_test>"
TEST("rpm bash", "l:rpminfo", "rpm bash", STATE("old rpm"))
TEST("kernel", "l:dpkginfo", "kernel", STATE("old kernel"))
TEST("running", "u:uname", "uname", STATE("release"))
TEST("debian 12", "i:textfilecontent54", "debian_version", STATE("12"))
TEST("focal", "i:textfilecontent54", "lsb", STATE("focal"))
TEST("rhel 8", "l:rpmverifyfile", "release", STATE("8"))
TEST("unix", "i:family", "family", STATE("unix"))
TEST("uname", "u:uname", "uname", "")
TEST("file", "u:file", "file", "")
TEST("epoch", "l:dpkginfo", "bash", STATE("epoch"))
TEST("signed", "l:rpminfo", "rpm bash", STATE("signed"))
TEST("point", "i:textfilecontent54", "point", "")
"</tests><objects>"
"<l:dpkginfo_object id='o:bash' version='1'><l:name>bash</l:name>"
"</l:dpkginfo_object>"
"<l:rpminfo_object id='o:rpm bash' version='1'><l:name>bash</l:name>"
"</l:rpminfo_object>"
"<l:dpkginfo_object id='o:kernel' version='1'>"
"<l:name operation='pattern match'>^linux-image-</l:name></l:dpkginfo_object>"
"<u:uname_object id='o:uname' version='1'/>"
"<i:family_object id='o:family' version='1'/>"
"<i:textfilecontent54_object id='o:debian_version' version='1'>"
"<i:path>/etc</i:path><i:filename>debian_version</i:filename>"
"<i:pattern operation='pattern match'>(\\d+)\\.\\d</i:pattern>"
"<i:instance datatype='int'>1</i:instance></i:textfilecontent54_object>"
"<i:textfilecontent54_object id='o:point' version='1'>"
"<i:path>/etc</i:path><i:filename>debian_version</i:filename>"
"<i:pattern operation='pattern match'>^12\\.4$</i:pattern>"
"<i:instance datatype='int'>1</i:instance></i:textfilecontent54_object>"
"<i:textfilecontent54_object id='o:lsb' version='1'>"
"<i:filepath>/etc/lsb-release</i:filepath>"
"<i:pattern operation='pattern match'>^[\\s\\S]*DISTRIB_CODENAME=([a-z]+)$"
"</i:pattern><i:instance datatype='int'>1</i:instance>"
"</i:textfilecontent54_object>"
"<l:rpmverifyfile_object id='o:release' version='1'>"
"<l:name operation='pattern match'/><l:epoch operation='pattern match'/>"
"<l:version operation='pattern match'/><l:release operation='pattern match'/>"
"<l:arch operation='pattern match'/><l:filepath>/etc/redhat-release"
"</l:filepath></l:rpmverifyfile_object>"
"<u:file_object id='o:file' version='1'><u:filepath>/etc/passwd</u:filepath>"
"</u:file_object>"
"</objects><states>"
"<l:dpkginfo_state id='s:old' version='1'><l:evr datatype='debian_evr_string' "
"operation='less than'>0:5.2-1</l:evr></l:dpkginfo_state>"
"<l:rpminfo_state id='s:old rpm' version='1'><l:evr datatype='evr_string' "
"operation='less than'>0:5.2-1</l:evr></l:rpminfo_state>"
"<l:dpkginfo_state id='s:old kernel' version='1'><l:evr "
"datatype='debian_evr_string' operation='less than'>0:6.1.50-1</l:evr>"
"</l:dpkginfo_state>"
"<u:uname_state id='s:release' version='1'><u:os_release operation='pattern "
"match'>^6\\.1\\.0-</u:os_release></u:uname_state>"
"<i:textfilecontent54_state id='s:12' version='1'><i:subexpression>12"
"</i:subexpression></i:textfilecontent54_state>"
"<i:textfilecontent54_state id='s:focal' version='1'><i:subexpression>focal"
"</i:subexpression></i:textfilecontent54_state>"
"<l:rpmverifyfile_state id='s:8' version='1'><l:name operation='pattern match'>"
"^redhat-release</l:name><l:version operation='pattern match'>^8[^\\d]"
"</l:version></l:rpmverifyfile_state>"
"<i:family_state id='s:unix' version='1'><i:family>unix</i:family>"
"</i:family_state>"
"<l:dpkginfo_state id='s:epoch' version='1'><l:epoch>(none)</l:epoch>"
"</l:dpkginfo_state>"
"<l:rpminfo_state id='s:signed' version='1'><l:signature_keyid>k"
"</l:signature_keyid></l:rpminfo_state>"
"</states></oval_definitions>";

#define DEBIAN "{\"id\":\"debian\",\"version_id\":\"12\",\"arch\":\"x86_64\"}"
#define RHEL "{\"id\":\"rhel\",\"version_id\":\"8.1\",\"arch\":\"x86_64\"}"

static const struct {
    const char *os;
    const char *manager;
    const char *packages;
    const char *definition;
    enum oval_result result;
} facts[] = {
    { DEBIAN, "dpkg", "[\"bash\",\"5.1-1\",\"amd64\"]", "bash", OVAL_TRUE },
    { DEBIAN, "dpkg", "[\"bash\",\"0:5.1-1\",\"amd64\"]", "bash", OVAL_TRUE },
    { DEBIAN, "dpkg", "[\"bash\",\"1:5.1-1\",\"amd64\"]", "bash", OVAL_FALSE },
    { DEBIAN, "dpkg", "[\"zsh\",\"5.1-1\",\"amd64\"]", "bash", OVAL_FALSE },
    { DEBIAN, "dpkg", "[\"zsh\",\"5.1-1\",\"amd64\"]", "no bash", OVAL_TRUE },
    { DEBIAN, "dpkg", "[\"bash\",\"5\",\"amd64\"]", "no bash", OVAL_FALSE },
    /* a version that is none is an error, not "not older" */
    { DEBIAN, "dpkg", "[\"bash\",\"a:5-1\",\"amd64\"]", "bash", OVAL_ERROR },
    { DEBIAN, "dpkg", "[\"bash\",\"\",\"amd64\"]", "bash", OVAL_ERROR },
    /* ... unless another of the same name decides */
    { DEBIAN, "dpkg", "[\"bash\",\"\",\"i386\"],[\"bash\",\"5\",\"amd64\"]",
      "bash", OVAL_TRUE },
    { DEBIAN, "dpkg", "[\"bash\",\"\",\"i386\"],[\"bash\",\"6\",\"amd64\"]",
      "every bash", OVAL_FALSE },
    /* two architectures */
    { DEBIAN, "dpkg", "[\"bash\",\"6\",\"i386\"],[\"bash\",\"5\",\"amd64\"]",
      "bash", OVAL_TRUE },
    { DEBIAN, "dpkg", "[\"bash\",\"6\",\"i386\"],[\"bash\",\"5\",\"amd64\"]",
      "every bash", OVAL_FALSE },
    { DEBIAN, "dpkg", "[\"bash\",\"5\",\"i386\"],[\"bash\",\"5\",\"amd64\"]",
      "every bash", OVAL_TRUE },
    /* one that is listed twice is one */
    { DEBIAN, "dpkg", "[\"bash\",\"5\",\"i386\"],[\"bash\",\"5\",\"i386\"]",
      "every bash", OVAL_TRUE },
    /* several kernels at once */
    { DEBIAN, "dpkg", "[\"linux-image-1\",\"6.1.20-1\",\"amd64\"],"
      "[\"linux-image-2\",\"6.1.90-1\",\"amd64\"]", "kernel", OVAL_TRUE },
    { DEBIAN, "dpkg", "[\"linux-image-2\",\"6.1.90-1\",\"amd64\"]", "kernel",
      OVAL_FALSE },
    /* which of them runs is not known, unless it is told */
    { DEBIAN, "dpkg", "[\"linux-image-2\",\"6.1.90-1\",\"amd64\"]", "running",
      OVAL_UNKNOWN },
    { "{\"id\":\"debian\",\"version_id\":\"12\",\"arch\":\"x86_64\","
      "\"kernel\":\"6.1.0-18-amd64\"}", "dpkg", "", "running", OVAL_TRUE },
    /* the epoch of 0:5 may be stated or none */
    { DEBIAN, "dpkg", "[\"bash\",\"5\",\"amd64\"]", "epoch", OVAL_TRUE },
    { DEBIAN, "dpkg", "[\"bash\",\"0:5\",\"amd64\"]", "epoch", OVAL_UNKNOWN },
    { DEBIAN, "dpkg", "[\"bash\",\"1:5\",\"amd64\"]", "epoch", OVAL_FALSE },
    /* the other package manager */
    { DEBIAN, "dpkg", "[\"bash\",\"5.1-1\",\"amd64\"]", "rpm bash",
      OVAL_FALSE },
    { RHEL, "rpm", "[\"bash\",\"5.1-1\",\"x86_64\"]", "rpm bash", OVAL_TRUE },
    { RHEL, "rpm", "[\"bash\",\"5.1-1\",\"x86_64\"]", "bash", OVAL_FALSE },
    { RHEL, "dpkg", "[\"bash\",\"5.1-1\",\"amd64\"]", "rpm bash",
      OVAL_UNKNOWN },
    { "{\"id\":\"plan9\",\"version_id\":\"\",\"arch\":\"\"}", "dpkg",
      "[\"bash\",\"5.1-1\",\"amd64\"]", "rpm bash", OVAL_UNKNOWN },
    { DEBIAN, "apk", "[\"bash\",\"5.1-1\",\"amd64\"]", "bash", OVAL_UNKNOWN },
    { RHEL, "rpm", "[\"bash\",\"5\",\"x\",\"\",\"\",\"k\"]", "signed",
      OVAL_TRUE },
    { RHEL, "rpm", "[\"bash\",\"5\",\"x\",\"\",\"\",\"l\"]", "signed",
      OVAL_FALSE },
    { RHEL, "rpm", "[\"bash\",\"5\",\"x\"]", "signed", OVAL_UNKNOWN },
    /* the operating system */
    { DEBIAN, "dpkg", "", "debian 12", OVAL_TRUE },
    { "{\"id\":\"debian\",\"version_id\":\"12.4\",\"arch\":\"\"}", "dpkg", "",
      "debian 12", OVAL_TRUE },
    { "{\"id\":\"debian\",\"version_id\":\"11\",\"arch\":\"\"}", "dpkg", "",
      "debian 12", OVAL_FALSE },
    { "{\"id\":\"debian\",\"version_id\":\"\",\"arch\":\"\"}", "dpkg", "",
      "debian 12", OVAL_UNKNOWN },
    { "{\"id\":\"ubuntu\",\"version_id\":\"22.04\",\"arch\":\"\"}", "dpkg", "",
      "debian 12", OVAL_FALSE },
    { "{\"id\":\"plan9\",\"version_id\":\"12\",\"arch\":\"\"}", "dpkg", "",
      "debian 12", OVAL_UNKNOWN },
    { RHEL, "rpm", "", "debian 12", OVAL_FALSE },
    /* the point release is not told */
    { DEBIAN, "dpkg", "", "point", OVAL_UNKNOWN },
    { "{\"id\":\"debian\",\"version_id\":\"12.4\",\"arch\":\"\"}", "dpkg", "",
      "point", OVAL_TRUE },
    { "{\"id\":\"debian\",\"version_id\":\"12.5\",\"arch\":\"\"}", "dpkg", "",
      "point", OVAL_FALSE },
    { "{\"id\":\"debian\",\"version_id\":\"11\",\"arch\":\"\"}", "dpkg", "",
      "point", OVAL_FALSE },
    { "{\"id\":\"ubuntu\",\"version_id\":\"20.04\",\"arch\":\"\"}", "dpkg", "",
      "focal", OVAL_TRUE },
    { "{\"id\":\"ubuntu\",\"version_id\":\"22.04\",\"arch\":\"\"}", "dpkg", "",
      "focal", OVAL_FALSE },
    { "{\"id\":\"ubuntu\",\"version_id\":\"99.04\",\"arch\":\"\"}", "dpkg", "",
      "focal", OVAL_UNKNOWN },
    { RHEL, "rpm", "[\"redhat-release\",\"0:8.1-3.el8\",\"x86_64\"]", "rhel 8",
      OVAL_TRUE },
    { RHEL, "rpm", "[\"redhat-release\",\"9.1-3.el9\",\"x86_64\"]", "rhel 8",
      OVAL_FALSE },
    { RHEL, "rpm", "[\"centos-release\",\"8.1-3.el8\",\"x86_64\"]", "rhel 8",
      OVAL_FALSE },
    { RHEL, "rpm", "[\"bash\",\"5\",\"x\"]", "rhel 8", OVAL_UNKNOWN },
    { DEBIAN, "dpkg", "", "rhel 8", OVAL_FALSE },
    { DEBIAN, "dpkg", "", "unix", OVAL_TRUE },
    { "{\"id\":\"plan9\",\"version_id\":\"\",\"arch\":\"\"}", "dpkg", "",
      "unix", OVAL_UNKNOWN },
    { DEBIAN, "dpkg", "", "uname", OVAL_TRUE },
    { DEBIAN, "dpkg", "", "file", OVAL_UNKNOWN },
};
/* clang-format on */

static struct oval_content *load_content(void)
{
    struct stream *stream = open_text(str_c(content_text));
    struct oval_content *content = NULL;
    struct err err = { 0 };

    if (oval_load(stream, NULL, NULL, &content, &err) < 0)
        fail_msg("%s", err.text);
    stream_free(stream);
    return content;
}

static enum oval_result result_of(const struct oval_content *content, str line,
                                  uint32_t definition)
{
    struct stream *stream = open_text(line);
    struct oval_fleet *fleet = oval_fleet_new(NULL);
    struct oval_assess *assess = NULL;
    struct buf blob = BUF(1 << 16);
    uint8_t results[64];
    struct err err = { 0 };

    assert_true(content->definitions.n <= COUNT(results));
    if (oval_fleet_read(fleet, stream, &err) < 0 ||
        oval_assess_new(fleet, content, &assess, &err) < 0 ||
        oval_assess_device(assess, 0, &blob, &err) < 0 ||
        oval_verdicts_decode(buf_str(&blob), oval_verdicts_key(content),
                             content->definitions.n, results, &err) < 0)
        fail_msg("%" PRIstr ": %s", ARGstr(line), err.text);
    oval_assess_free(assess);
    oval_fleet_free(fleet);
    stream_free(stream);
    buf_clear(&blob);
    return results[definition];
}

/* K-OV-11, K-OV-12: what is not known is unknown, never false. */
static void what_follows_is_true_or_false_and_the_rest_unknown(void **s UNUSED)
{
    struct oval_content *content = load_content();

    for (size_t i = 0; i < COUNT(facts); i++) {
        struct buf line = BUF(1 << 16);
        uint32_t d = oval_content_find(content, str_c(facts[i].definition));
        enum oval_result r;

        assert_true(d != OVAL_NONE);
        buf_printf(&line,
                   "{\"device\":\"a\",\"os\":%s,\"manager\":\"%s\","
                   "\"packages\":[%s]}",
                   facts[i].os, facts[i].manager, facts[i].packages);
        r = result_of(content, buf_str(&line), d);
        if (r != facts[i].result)
            fail_msg("%s: %s: %s", buf_c(&line), facts[i].definition,
                     oval_result_text(r));
        buf_clear(&line);
    }
    oval_content_free(content);
}

/* --- a fleet that changes --- */

static void a_device_on_two_lines_is_refused(void **state UNUSED)
{
    struct err err = { 0 };

    assert_int_equal(put_all(STR(HEAD "[]}\n" HEAD "[]}\n"), &err), E_INVALID);
    assert_string_equal(err.text, "fleet: line 2: device 'a' is there already");
}

static uint32_t put(struct oval_fleet *fleet, const char *device,
                    const char *version, int rc)
{
    const struct oval_installed package = { .name = STR("bash"),
                                            .evr = str_c(version),
                                            .arch = STR("amd64") };
    const struct oval_inventory inventory = { .device = str_c(device),
                                              .os = { STR("debian"), STR("12"),
                                                      STR("x86_64"), STR("") },
                                              .manager = OVAL_MANAGER_DPKG,
                                              .packages = &package,
                                              .package_count = 1 };
    struct err err = { 0 };
    uint32_t index = OVAL_NONE;

    assert_int_equal(oval_fleet_put(fleet, &inventory, &index, &err), rc);
    return index;
}

static enum oval_result bash_of(struct oval_assess *assess,
                                const struct oval_content *content,
                                uint32_t device)
{
    struct buf blob = BUF(1 << 16);
    uint8_t results[64];
    struct err err = { 0 };

    if (oval_assess_device(assess, device, &blob, &err) < 0 ||
        oval_verdicts_decode(buf_str(&blob), oval_verdicts_key(content),
                             content->definitions.n, results, &err) < 0)
        fail_msg("%s", err.text);
    buf_clear(&blob);
    return results[oval_content_find(content, STR("bash"))];
}

static void devices_come_change_and_go(void **state UNUSED)
{
    struct oval_content *content = load_content();
    struct oval_fleet *fleet = oval_fleet_new(NULL);
    struct oval_fleet *copy;
    struct oval_assess *assess = NULL;
    struct buf blob = BUF(1 << 16);
    struct err err = { 0 };
    uint32_t a;

    assert_int_equal(oval_assess_new(fleet, content, &assess, &err), 0);
    a = put(fleet, "a", "5.1", 0);
    assert_int_equal(put(fleet, "b", "5.3", 0), a + 1);
    assert_int_equal(bash_of(assess, content, a), OVAL_TRUE);
    assert_int_equal(bash_of(assess, content, a + 1), OVAL_FALSE);
    assert_int_equal(put(fleet, "a", "5.4", 1), a);
    assert_int_equal(bash_of(assess, content, a), OVAL_FALSE);
    assert_int_equal(oval_fleet_stats(fleet).devices, 2);
    assert_int_equal(oval_fleet_stats(fleet).installed, 2);
    assert_true(oval_fleet_remove(fleet, a));
    assert_false(oval_fleet_remove(fleet, a));
    assert_int_equal(oval_fleet_find(fleet, STR("a")), OVAL_NONE);
    assert_null(oval_fleet_device(fleet, a).p);
    assert_int_equal(oval_assess_device(assess, a, &blob, &err), E_ABSENT);
    assert_int_equal(put(fleet, "c", "5.0", 0), a);
    assert_int_equal(bash_of(assess, content, a), OVAL_TRUE);
    assert_int_equal(put(fleet, "a", "5.0", 0), a + 2);
    assert_int_equal(oval_fleet_find(fleet, STR("a")), a + 2);
    assert_true(oval_fleet_remove(fleet, a + 1));
    copy = oval_fleet_copy(fleet);
    assert_int_equal(oval_fleet_size(copy), 3);
    assert_int_equal(oval_fleet_find(copy, STR("a")), a + 2);
    assert_int_equal(oval_fleet_find(copy, STR("c")), a);
    assert_int_equal(oval_fleet_stats(copy).devices, 2);
    assert_int_equal(oval_fleet_stats(copy).packages, 1);
    assert_int_equal(put(copy, "d", "5.0", 0), a + 1);
    oval_fleet_free(copy);
    oval_assess_free(assess);
    oval_fleet_free(fleet);
    oval_content_free(content);
    buf_clear(&blob);
}

static void too_many_packages_of_one_name_are_refused(void **state UNUSED)
{
    struct buf text = BUF(1 << 20);
    struct err err = { 0 };

    buf_add_c(&text, HEAD "[[\"a\",\"0\",\"x\"]");
    for (unsigned i = 0; i < OVAL_INVENTORY_SAME_MAX; i++)
        buf_printf(&text, ",[\"a\",\"%u\",\"x\"]", i);
    buf_add_c(&text, "]}");
    assert_int_equal(put_all(buf_str(&text), &err), 0);
    text.n -= 2;
    buf_add_c(&text, ",[\"a\",\"z\",\"x\"]]}");
    assert_int_equal(put_all(buf_str(&text), &err), E_LIMIT);
    assert_string_equal(err.text, "fleet: line 1: more than 512 packages "
                                  "called 'a'");
    buf_clear(&text);
}

static void inventories_that_come_another_way_are_checked(void **state UNUSED)
{
    struct oval_fleet *fleet = oval_fleet_new(NULL);

    put(fleet, "", "1", E_INVALID);
    put(fleet, "a\n", "1", E_INVALID);
    put(fleet, "a", "1\x7f", E_INVALID);
    put(fleet, "a", "\xff", E_INVALID);
    assert_int_equal(oval_fleet_stats(fleet).devices, 0);
    oval_fleet_free(fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_or_refused_with_the_reason),
        cmocka_unit_test(a_line_without_end_is_refused),
        cmocka_unit_test(too_many_packages_and_too_deep_members_are_refused),
        cmocka_unit_test(what_follows_is_true_or_false_and_the_rest_unknown),
        cmocka_unit_test(a_device_on_two_lines_is_refused),
        cmocka_unit_test(devices_come_change_and_go),
        cmocka_unit_test(too_many_packages_of_one_name_are_refused),
        cmocka_unit_test(inventories_that_come_another_way_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
