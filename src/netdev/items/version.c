/* SPDX-License-Identifier: Apache-2.0
 *
 * Versions, as each schema takes them apart.
 */
#include "netdev/items/items_int.h"
#include "version/ios.h"

static bool has_version(struct network_source *s, struct oval_sink *sink)
{
    if (s->has_version && s->facts.version.n > 0)
        return true;
    network_not_collected(sink, s->has_version
                                    ? "the answer to 'show version' does not "
                                      "say a version"
                                    : "the device was not asked 'show "
                                      "version'");
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static str cut_digits(str *text)
{
    size_t n = 0;
    str digits;

    while (n < text->n && is_digit(text->p[n]))
        n++;
    digits = str_sub(*text, 0, n);
    *text = str_sub(*text, n, SIZE_MAX);
    return digits;
}

/* --- IOS --- */

/* "12.4(9)T0a" is of the major release "12.4(9)T0". */
static str major_release(struct network_source *s, const struct ios_version *v)
{
    bool release = v->release.n > 0;

    return arena_printf(
        &s->arena,
        "%" PRIstr ".%" PRIstr "%s%" PRIstr "%" PRIstr "%s%" PRIstr "%" PRIstr,
        ARGstr(v->major), ARGstr(v->minor), release ? "(" : "",
        ARGstr(v->release), ARGstr(v->mainline_rebuild), release ? ")" : "",
        ARGstr(v->train), ARGstr(v->rebuild));
}

void network_version_ios(struct network_source *s,
                         const struct oval_query *query UNUSED,
                         struct oval_sink *sink)
{
    struct ios_version v;
    struct err err = { 0 };

    if (!has_version(s, sink))
        return;
    if (ios_version_parse(s->facts.version, &v, &err) < 0) {
        oval_sink_error(sink, "%s", err.text);
        return;
    }
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, "major_release", major_release(s, &v));
    oval_item_str(sink, "train_number",
                  arena_printf(&s->arena, "%" PRIstr ".%" PRIstr,
                               ARGstr(v.major), ARGstr(v.minor)));
    network_give_int(sink, "major_version", v.major);
    network_give_int(sink, "minor_version", v.minor);
    network_give_int(sink, "release", v.release);
    oval_item_str(sink, "train_identifier",
                  v.train.n > 0 ? v.train : STR("mainline"));
    network_give_int(sink, "rebuild", v.rebuild);
    network_give(sink, "subrebuild", v.subrebuild);
    network_give(sink, "mainline_rebuild", v.mainline_rebuild);
    oval_item_typed(sink, "version_string", OVAL_IOS_VERSION, s->facts.version);
    oval_item_end(sink);
}

void network_tclsh(struct network_source *s,
                   const struct oval_query *query UNUSED,
                   struct oval_sink *sink)
{
    struct device_output output;

    if (outputs_find(s->outputs, STR("tclsh"), &output, NULL) != 0) {
        network_not_collected(sink, "whether the device has tclsh is found out "
                                    "by starting it, which is not done");
        return;
    }
    oval_item_begin(sink, s->kind);
    oval_item_bool(sink, "available", !output.refused);
    oval_item_end(sink);
}

/* --- IOS XE --- */

struct xe_version {
    str text; /* "03.13.02.S" */
    str major;
    str release;
    str rebuild;
    str train;
};

static bool parse_xe(str text, struct xe_version *out)
{
    str rest = text;

    out->major = cut_digits(&rest);
    if (out->major.n == 0 || rest.n == 0 || rest.p[0] != '.')
        return false;
    rest = str_sub(rest, 1, SIZE_MAX);
    out->release = cut_digits(&rest);
    if (rest.n > 0 && rest.p[0] == '.') {
        rest = str_sub(rest, 1, SIZE_MAX);
        out->rebuild = cut_digits(&rest);
    }
    if (rest.n > 0 && rest.p[0] == '.')
        rest = str_sub(rest, 1, SIZE_MAX);
    out->train = rest;
    out->text = text;
    return out->release.n > 0;
}

/* The image that runs: "asr1000rp1-adventerprisek9.03.13.02.S.154-3.S2.bin" */
struct image {
    str platform;
    str rp;
    str package;
    str ios_release;
    str ios_train;
};

static str without_folders(str path)
{
    for (size_t i = path.n; i > 0; i--)
        if (path.p[i - 1] == '/' || path.p[i - 1] == ':')
            return str_sub(path, i, SIZE_MAX);
    return path;
}

/* "154-3": what the IOS inside is. */
static bool is_ios_release(str part)
{
    str rest = part;

    return cut_digits(&rest).n == 3 && rest.n > 1 && rest.p[0] == '-' &&
           is_digit(rest.p[1]);
}

static void read_image(str path, struct image *out)
{
    str rest = without_folders(path);
    str head = str_cut(&rest, '.');
    str name = str_cut(&head, '-');
    size_t at = str_find(name, STR("rp"));
    str number = str_sub(name, at + 2, SIZE_MAX);

    if (head.n == 0)
        return;
    out->package = head;
    out->platform = name;
    if (at < name.n && cut_digits(&number).n > 0 && number.n == 0) {
        out->platform = str_sub(name, 0, at);
        out->rp = str_sub(name, at + 2, SIZE_MAX);
    }
    while (rest.n > 0) {
        str part = str_cut(&rest, '.');
        size_t n = 0;

        if (!is_ios_release(part))
            continue;
        out->ios_release = part;
        part = str_cut(&rest, '.');
        while (n < part.n && part.p[n] >= 'A' && part.p[n] <= 'Z')
            n++;
        out->ios_train = str_sub(part, 0, n);
    }
}

/* What the image does not tell is not known. */
static void give_known(struct oval_sink *sink, const char *name, str value)
{
    if (value.n > 0)
        oval_item_str(sink, name, value);
    else
        network_give_unknown(sink, name, OVAL_STRING);
}

static str xe_text(struct network_source *s)
{
    static const str mark = { "IOS XE Software, Version ", 25 };
    str text = network_text(s, "show version");
    size_t at = str_find(text, mark);
    str line = str_sub(text, at + mark.n, SIZE_MAX);

    if (at < text.n) {
        line = str_cut(&line, '\n');
        return line_word(&line);
    }
    return s->facts.version;
}

void network_version_iosxe(struct network_source *s,
                           const struct oval_query *query UNUSED,
                           struct oval_sink *sink)
{
    struct xe_version v = { 0 };
    struct image image = { 0 };

    if (!has_version(s, sink))
        return;
    if (strcmp(network_oval_family(s->outputs->family), "iosxe") != 0 &&
        str_find(network_text(s, "show version"), STR("IOS XE")) ==
            network_text(s, "show version").n) {
        oval_sink_flag(sink, OVAL_FLAG_NOT_APPLICABLE);
        return;
    }
    if (!parse_xe(xe_text(s), &v)) {
        oval_sink_error(sink, "'%" PRIstr "' is no version of IOS XE",
                        ARGstr(xe_text(s)));
        return;
    }
    read_image(s->facts.image, &image);
    oval_item_begin(sink, s->kind);
    give_known(sink, "platform", image.platform);
    network_give_int(sink, "rp", image.rp);
    give_known(sink, "pkg", image.package);
    oval_item_str(sink, "version_string", v.text);
    network_give_int(sink, "major_release", v.major);
    network_give_int(sink, "release", v.release);
    network_give_int(sink, "rebuild", v.rebuild);
    network_give(sink, "train", v.train);
    give_known(sink, "ios_release", image.ios_release);
    give_known(sink, "ios_train", image.ios_train);
    oval_item_end(sink);
}

/* --- ASA and PIX: "8.4(2.3)49" --- */

static void give_firewall(struct network_source *s, struct oval_sink *sink,
                          const char *const names[4])
{
    str rest = s->facts.version;
    str major = str_cut(&rest, '(');
    str minor = str_cut(&rest, ')');

    if (major.n == 0 || !is_digit(major.p[0])) {
        oval_sink_error(sink, "'%" PRIstr "' is no version of a firewall",
                        ARGstr(s->facts.version));
        return;
    }
    oval_item_begin(sink, s->kind);
    oval_item_str(sink, names[0], s->facts.version);
    oval_item_typed(sink, names[1], OVAL_VERSION, major);
    network_give_typed(sink, names[2], OVAL_VERSION, minor);
    network_give_int(sink, names[3], rest);
    oval_item_end(sink);
}

void network_version_asa(struct network_source *s,
                         const struct oval_query *query UNUSED,
                         struct oval_sink *sink)
{
    static const char *const names[] = { "asa_release", "asa_major_release",
                                         "asa_minor_release", "asa_build" };

    if (has_version(s, sink))
        give_firewall(s, sink, names);
}

void network_version_pix(struct network_source *s,
                         const struct oval_query *query UNUSED,
                         struct oval_sink *sink)
{
    static const char *const names[] = { "pix_release", "pix_major_release",
                                         "pix_minor_release", "pix_build" };

    if (has_version(s, sink))
        give_firewall(s, sink, names);
}

/* --- CatOS: "8.5(4c)GLX" is 8.5GLX, 4, c --- */

struct catos_version {
    str major;
    str individual;
    str id;
};

static bool parse_catos(struct network_source *s, struct catos_version *out)
{
    str rest = s->facts.version;
    str head = str_cut(&rest, '(');
    str inner = str_cut(&rest, ')');

    out->individual = cut_digits(&inner);
    out->id = inner;
    out->major = arena_printf(&s->arena, "%" PRIstr "%" PRIstr, ARGstr(head),
                              ARGstr(rest));
    return head.n > 0 && is_digit(head.p[0]);
}

/* "6.4(2)" as the numbers that it is, "6.4.2". */
static str dotted(struct network_source *s)
{
    str copy = arena_str(&s->arena, s->facts.version);
    char *p = (char *)(uintptr_t)copy.p;

    if (copy.n == 0 || p[copy.n - 1] != ')')
        return copy;
    for (size_t i = 0; i < copy.n; i++)
        p[i] = p[i] == '(' ? '.' : p[i];
    return str_sub(copy, 0, copy.n - 1);
}

static void give_catos(struct network_source *s, struct oval_sink *sink,
                       bool whole)
{
    struct catos_version v;

    if (!has_version(s, sink))
        return;
    if (!parse_catos(s, &v)) {
        oval_sink_error(sink, "'%" PRIstr "' is no version of CatOS",
                        ARGstr(s->facts.version));
        return;
    }
    oval_item_begin(sink, s->kind);
    /* How the schema's authors write a series is not public. */
    network_give_unknown(sink, "switch_series", OVAL_STRING);
    if (s->facts.image.n > 0)
        oval_item_str(sink, "image_name", s->facts.image);
    else
        network_give_unknown(sink, "image_name", OVAL_STRING);
    if (whole) {
        oval_item_typed(sink, "catos_release", OVAL_VERSION, dotted(s));
    } else {
        oval_item_typed(sink, "catos_major_release", OVAL_VERSION, v.major);
        network_give_int(sink, "catos_individual_release", v.individual);
        network_give(sink, "catos_version_id", v.id);
    }
    oval_item_end(sink);
}

void network_version_catos(struct network_source *s,
                           const struct oval_query *query UNUSED,
                           struct oval_sink *sink)
{
    give_catos(s, sink, false);
}

void network_version_catos55(struct network_source *s,
                             const struct oval_query *query UNUSED,
                             struct oval_sink *sink)
{
    give_catos(s, sink, true);
}
