/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/servers/aus.h"

#include "base/xml_write.h"
#include "netdev/servers/servers_int.h"

/* How an UpdateInfo is written. The root's name is public; the others stand
 * here alone (see the header). */
static const struct {
    const char *root;
    const char *doctype;
    const char *component;
    const char *type;
    const char *url;
    const char *checksum;
    const char *error_url;
    const char *kinds[STAGE_KINDS];
} dialect = {
    "UpdateInfo", "urn:com-cisco-nm-callhome:UpdateInfo",
    "component",  "type",
    "url",        "checksum",
    "error-url",  { "image", "asdm", "config" },
};

/* --- reading ---------------------------------------------------------------
 */

static bool has(str name, const char *word)
{
    return str_find(name, str_c(word)) < name.n;
}

/* Of what a checksum is: told by the name, or by what it stands in. */
static str *sum_named(str name, struct ask *out)
{
    if (has(name, "crypto") || has(name, "running"))
        return &out->running_sum;
    if (has(name, "asdm") || has(name, "pdm"))
        return &out->asdm_sum;
    if (has(name, "config"))
        return &out->config_sum;
    if (has(name, "image"))
        return &out->image_sum;
    return NULL;
}

static str *sum_of(const struct flat *flat, size_t at, struct arena *arena,
                   struct ask *out)
{
    for (unsigned up = 0; at != FLAT_NO_PARENT && up < 3; up++) {
        const struct flat_element *element = &flat->elements[at];
        str type = flat_attr(element, "type|name|component|kind");
        str *sum = sum_named(element->name, out);

        if (sum == NULL && type.n > 0)
            sum = sum_named(type, out);
        /* <component><type>image</type><checksum>... */
        for (size_t i = 0; sum == NULL && i < flat->n; i++) {
            if (flat->elements[i].parent == element->parent &&
                flat_is(flat->elements[i].name, "type|name|component|kind"))
                sum = sum_named(flat->elements[i].text, out);
        }
        if (sum != NULL)
            return sum;
        at = element->parent;
    }
    (void)arena;
    return NULL;
}

static void read_sums(struct flat *flat, struct arena *arena, struct ask *out)
{
    for (size_t i = 0; i < flat->n; i++) {
        struct flat_element *element = &flat->elements[i];
        str value = flat_attr(element, "checksum|md5|digest|md5checksum");
        str *sum;

        if (has(element->name, "checksum") || has(element->name, "md5") ||
            flat_is(element->name, "digest|hash"))
            value = element->text;
        if (value.n == 0 || value.n > ASK_SUM_MAX)
            continue;
        sum = sum_of(flat, i, arena, out);
        if (sum != NULL && sum->n == 0) {
            *sum = value;
            element->is_read = true;
        }
    }
}

void aus_read(struct flat *flat, struct arena *arena, struct ask *out)
{
    bool is_error = flat->n > 0 && has(flat->elements[0].name, "error");

    out->kind = is_error ? ASK_PROBLEM : ASK_DETAILS;
    out->identity = flat_text(flat, "deviceid");
    if (out->identity.n == 0)
        out->identity = flat_text(flat, "id|identity|uniqueid");
    out->hostname = flat_text(flat, "hostname|name|devicename");
    out->platform = flat_text(
        flat, "platform|platformname|hardware|hardwaretype|model|devicetype");
    out->version = flat_text(flat, "version|osversion|softwareversion|"
                                   "imageversion|runningversion");
    out->image = flat_text(flat, "imagefile|bootimage|imagename");
    read_sums(flat, arena, out);
    if (!is_error)
        return;
    out->outcome = ASK_OUTCOME_FAILED;
    out->topic = flat_text(flat, "component|componenttype");
    out->code = flat_text(flat, "errorcode|code|type");
    out->text = flat_text(flat, "errormessage|message|description|reason|"
                                "errorstring|text|errorinfo|error");
    for (size_t i = 0; i < flat->n; i++)
        flat->elements[i].is_read |= str_eq(flat->elements[i].text, out->text);
}

/* --- deciding --------------------------------------------------------------
 */

static str sum_told(const struct ask *ask, enum stage_kind kind)
{
    const str sums[STAGE_KINDS] = { ask->image_sum, ask->asdm_sum,
                                    ask->config_sum };

    return sums[kind];
}

static void look(struct stage *stage, enum stage_kind kind,
                 const struct ask *ask, struct arena *arena,
                 struct aus_answer *out)
{
    const struct stage_item *item = &stage->items[kind];
    bool runs = kind == STAGE_IMAGE && item->version.n > 0 &&
                str_eq(item->version, ask->version);

    if (ask_sum_eq(sum_told(ask, kind), item->sum) || runs)
        stage_change(stage, kind, STAGE_CONFIRMED,
                     runs ? STR("the device runs this version")
                          : STR("the device says that it has it"),
                     &out->changes);
    else if (item->fetches >= STAGE_FETCHES_MAX)
        stage_change(
            stage, kind, STAGE_FAILED,
            arena_printf(arena,
                         "fetched %lld times, and the device still says that "
                         "it has another checksum",
                         (long long)item->fetches),
            &out->changes);
    else
        out->offer[kind] = true;
}

static bool may_try_again(str text)
{
    static const char *const words[] = { "checksum",  "md5",       "download",
                                         "timeout",   "timed out", "connect",
                                         "truncated", "size",      "fetch" };
    AUTO(buf_clear) struct buf small = BUF(ASK_TEXT_MAX);

    for (size_t i = 0; i < text.n; i++)
        buf_add_char(&small, text.p[i] >= 'A' && text.p[i] <= 'Z'
                                 ? (char)(text.p[i] + 'a' - 'A')
                                 : text.p[i]);
    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_find(buf_str(&small), str_c(words[i])) < small.n)
            return true;
    }
    return false;
}

/* Which component is meant; when that is not told and one is fetched, that. */
static enum stage_kind kind_of(const struct stage *stage, const struct ask *ask)
{
    enum stage_kind found = STAGE_KINDS;

    for (size_t i = 0; i < STAGE_KINDS; i++) {
        if (str_eq_nocase(ask->topic, str_c(dialect.kinds[i])) ||
            str_eq_nocase(ask->topic, str_c(stage_kind_name(i))))
            return (enum stage_kind)i;
        if (stage->items[i].id != 0 && stage->items[i].state == STAGE_FETCHED)
            found = found == STAGE_KINDS ? (enum stage_kind)i : STAGE_KINDS;
    }
    return found;
}

static void take_problem(struct stage *stage, const struct ask *ask,
                         struct arena *arena, struct aus_answer *out)
{
    enum stage_kind kind = kind_of(stage, ask);
    const struct stage_item *item = &stage->items[kind % STAGE_KINDS];
    str told = arena_printf(arena, "the device says: %" PRIstr "%s%" PRIstr,
                            ARGstr(ask->code), ask->code.n > 0 ? ": " : "",
                            ARGstr(ask->text));
    bool again = may_try_again(ask->text) && item->fetches < STAGE_FETCHES_MAX;

    if (kind == STAGE_KINDS || item->id == 0)
        return;
    stage_change(stage, kind, again ? item->state : STAGE_FAILED, told,
                 &out->changes);
}

void aus_decide(struct stage *stage, const struct ask *ask, int64_t now,
                struct arena *arena, struct aus_answer *out)
{
    *out = (struct aus_answer){ 0 };
    stage_expire(stage, now, &out->changes);
    if (ask->kind == ASK_PROBLEM) {
        take_problem(stage, ask, arena, out);
        return;
    }
    for (size_t i = 0; i < STAGE_KINDS; i++) {
        if (stage->items[i].id != 0)
            look(stage, (enum stage_kind)i, ask, arena, out);
    }
}

/* --- writing ---------------------------------------------------------------
 */

void aus_write(const struct stage *stage, const struct aus_answer *answer,
               str error_url, struct buf *out)
{
    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<!DOCTYPE %s SYSTEM \"%s\">\n<%s>\n",
               dialect.root, dialect.doctype, dialect.root);
    for (size_t i = 0; i < STAGE_KINDS; i++) {
        if (!answer->offer[i])
            continue;
        buf_printf(out, "  <%s %s=\"%s\">\n", dialect.component, dialect.type,
                   dialect.kinds[i]);
        servers_leaf(out, "    ", dialect.url, stage->items[i].url);
        servers_leaf(out, "    ", dialect.checksum, stage->items[i].sum);
        buf_printf(out, "  </%s>\n", dialect.component);
    }
    servers_leaf(out, "  ", dialect.error_url, error_url);
    buf_printf(out, "</%s>\n", dialect.root);
}

void aus_config(str lines, bool as_xml, struct buf *out)
{
    if (!as_xml) {
        buf_add(out, lines);
        if (!str_ends(lines, STR("\n")))
            buf_add_char(out, '\n');
        return;
    }
    buf_add_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<config-data config-action=\"replace\" "
                   "errors=\"continue\">\n");
    for (unsigned id = 0; lines.n > 0;) {
        str line = str_cut(&lines, '\n');

        if (str_ends(line, STR("\r")))
            line.n--;
        if (str_trim(line).n == 0)
            continue;
        buf_printf(out, "  <cli id=\"%u\">", id++);
        xml_escape(out, line);
        buf_add_c(out, "</cli>\n");
    }
    buf_add_c(out, "</config-data>\n");
}
