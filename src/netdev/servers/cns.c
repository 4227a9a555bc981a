/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/servers/cns.h"

#include "base/xml_write.h"
#include "netdev/servers/servers_int.h"

#define JOB_PAGE STR("JobbedDynaConfig")
#define ID_NAMES                                                               \
    "configid|cnsid|cnsconfigid|ciscocnsid|ciscocnsconfigid|deviceid|"         \
    "cnsdeviceid|xcnsid|xcnsconfigid|id"

/* --- reading ---------------------------------------------------------------
 */

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static str unescape(str text, struct arena *arena)
{
    char *out = arena_alloc(arena, text.n + 1, 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        int high = i + 2 < text.n && text.p[i] == '%' ? hex(text.p[i + 1]) : -1;
        int low = high >= 0 ? hex(text.p[i + 2]) : -1;

        if (low >= 0) {
            out[n++] = (char)(high << 4 | low);
            i += 2;
        } else {
            out[n++] = text.p[i] == '+' ? ' ' : text.p[i];
        }
    }
    return flat_keep((str){ out, n }, arena);
}

/* "Config-ID" is "configid". */
static bool is_id_name(str name)
{
    char small[32];
    size_t n = 0;

    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (c == '-' || c == '_' || c == ' ')
            continue;
        if (n == sizeof(small))
            return false;
        small[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
    }
    return n > 0 && flat_is((str){ small, n }, ID_NAMES);
}

/* Pairs "name<between>value" with `end` behind each. */
static str find_pair(str text, char end, char between)
{
    while (text.n > 0) {
        str value = str_cut(&text, end);
        str name = str_cut(&value, between);

        if (is_id_name(str_trim(name)) && str_trim(value).n > 0)
            return str_trim(value);
    }
    return STR("");
}

void cns_read_config(const struct ask_request *request, struct flat *flat,
                     struct arena *arena, struct ask *out)
{
    str page = request->path;

    out->identity = unescape(find_pair(request->query, '&', '='), arena);
    if (out->identity.n == 0)
        out->identity =
            flat_keep(find_pair(request->headers, '\n', ':'), arena);
    if (out->identity.n == 0)
        out->identity = flat_text(flat, ID_NAMES);
    if (out->identity.n == 0 && flat->n == 0)
        out->identity = unescape(
            find_pair(str_sub(request->body, 0, ASK_TEXT_MAX), '&', '='),
            arena);
    out->event_id = flat_text(flat, "eventid");
    /* /cns/JobbedDynaConfig/r1 */
    (void)str_cut(&page, '/');
    (void)str_cut(&page, '/');
    out->topic = flat_keep(str_cut(&page, '/'), arena);
    if (out->identity.n == 0)
        out->identity = unescape(page, arena);
}

void cns_read_status(struct flat *flat, struct arena *arena, struct ask *out)
{
    static const struct {
        const char *name;
        enum ask_outcome outcome;
    } roots[] = { { "configsuccess", ASK_OUTCOME_DONE },
                  { "configwarning", ASK_OUTCOME_WARNED },
                  { "configfailure", ASK_OUTCOME_FAILED } };
    str line;

    (void)arena;
    out->kind = ASK_STATUS;
    for (size_t i = 0; i < COUNT(roots); i++) {
        if (flat_find(flat, roots[i].name) != NULL)
            out->outcome = roots[i].outcome;
    }
    out->identity = flat_text(flat, "configid");
    if (out->identity.n == 0)
        out->identity = flat_text(flat, ID_NAMES);
    out->correlator = flat_text(flat, "identifier");
    out->text = flat_text(flat, "errormessage|warningmessage|errorstring");
    if (out->text.n == 0)
        out->text = flat_text(flat, "errorinfo|message|description");
    line = flat_text(flat, "linenumber|line");
    if (str_to_i64(line, 0, INT32_MAX, &out->line, NULL) < 0)
        out->line = 0;
    if (out->outcome == ASK_OUTCOME_NONE) {
        out->kind = ASK_UNREADABLE;
        out->text = STR("neither config-success, config-warning nor "
                        "config-failure");
    }
}

/* --- deciding --------------------------------------------------------------
 */

static void take_failure(struct stage *stage, const struct ask *ask,
                         struct arena *arena, struct cns_answer *out)
{
    const struct stage_item *item = &stage->items[STAGE_CONFIG];
    bool known = ask->line > 0 && ask->line <= item->lines;
    bool none = known && ask->line == 1;
    str told = known ? arena_printf(arena, "line %lld was refused: %" PRIstr,
                                    (long long)ask->line, ARGstr(ask->text))
                     : arena_printf(arena,
                                    "a line was refused, and not told which: "
                                    "%" PRIstr,
                                    ARGstr(ask->text));

    stage_change(stage, STAGE_CONFIG, none ? STAGE_FAILED : STAGE_PARTIAL, told,
                 &out->changes);
    if (known && !none)
        out->changes.p[out->changes.n - 1].applied = ask->line - 1;
}

static void take_status(struct stage *stage, const struct ask *ask,
                        struct arena *arena, struct cns_answer *out)
{
    const struct stage_item *item = &stage->items[STAGE_CONFIG];
    bool other = str_starts(ask->correlator, STR("hf-")) &&
                 !str_eq(ask->correlator, item->offered);

    out->replayed = item->id == 0 || item->state != STAGE_FETCHED || other;
    if (out->replayed)
        return;
    if (ask->outcome == ASK_OUTCOME_FAILED)
        take_failure(stage, ask, arena, out);
    else
        stage_change(stage, STAGE_CONFIG, STAGE_CONFIRMED,
                     ask->outcome == ASK_OUTCOME_DONE
                         ? STR("the device applied it")
                         : arena_printf(arena,
                                        "applied, with a warning: "
                                        "%" PRIstr,
                                        ARGstr(ask->text)),
                     &out->changes);
}

void cns_decide(struct stage *stage, const struct ask *ask, int64_t now,
                struct arena *arena, struct cns_answer *out)
{
    struct stage_item *item = &stage->items[STAGE_CONFIG];

    *out = (struct cns_answer){ 0 };
    stage_expire(stage, now, &out->changes);
    if (ask->kind == ASK_STATUS) {
        take_status(stage, ask, arena, out);
        return;
    }
    if (!str_eq_nocase(ask->topic, JOB_PAGE)) {
        out->wrong_page = true;
        return;
    }
    if (item->id == 0)
        return;
    if (item->fetches >= STAGE_FETCHES_MAX && !ask->is_head) {
        stage_change(stage, STAGE_CONFIG, STAGE_FAILED,
                     STR("fetched again and again, and the device never told "
                         "what became of it"),
                     &out->changes);
        return;
    }
    out->give = true;
}

/* --- writing ---------------------------------------------------------------
 */

void cns_config(str lines, str config_id, str identifier, bool as_xml,
                struct buf *out)
{
    if (!as_xml) {
        buf_add(out, lines.n > 0 ? lines : STR("! nothing is to be done\n"));
        if (out->n > 0 && out->p[out->n - 1] != '\n')
            buf_add_char(out, '\n');
        return;
    }
    buf_add_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<config-event>\n");
    servers_leaf(out, "  ", "identifier", identifier);
    buf_add_c(out, "  <config-data>\n");
    servers_leaf(out, "    ", "config-id", config_id);
    while (lines.n > 0) {
        str line = str_cut(&lines, '\n');

        if (str_ends(line, STR("\r")))
            line.n--;
        servers_leaf(out, "    ", "cli", line);
    }
    buf_add_c(out, "  </config-data>\n</config-event>\n");
}
