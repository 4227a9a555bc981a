/* SPDX-License-Identifier: Apache-2.0
 *
 * Debian's lists of security advisories:
 *
 *   [29 Mar 2023] DSA-5380-1 xorg-server - security update
 *           {CVE-2023-1393}
 *           [bullseye] - xorg-server 2:1.20.11-1+deb11u1
 *           [buster] - xorg-server <not-affected> (Vulnerable code not there)
 *           NOTE: ...
 *
 * Packages are source packages. The advisories of a list are one source.
 */
#include <stdio.h>

#include "advisory/import_int.h"

struct dsa {
    struct advisory_reader *reader;
    struct arena *arena;
    bool open; /* there is an advisory to be added */
    struct advisory advisory;
    uint16_t day;
    VEC(str) vulns;
    VEC(struct advisory_item) items;
};

static const struct {
    const char *prefix;
    const char *source;
} lists[] = {
    { "DSA-", "Debian DSA" },
    { "DLA-", "Debian LTS DLA" },
    { "DTSA-", "Debian testing DTSA" },
};

static int month_of(str name)
{
    str months = STR("JanFebMarAprMayJunJulAugSepOctNovDec");
    size_t at = str_find(months, str_sub(name, 0, 3));

    return name.n >= 3 && at % 3 == 0 && at < months.n ? (int)(at / 3) + 1 : 0;
}

/* "29 Mar 2023", "August 26th, 2005" as seconds; 0 when it is neither. */
static int64_t list_time(str text)
{
    str parts[3] = { STR_NONE };
    int64_t year;
    int64_t day;
    char iso[16];
    str digits;
    int month;

    for (size_t i = 0; i < COUNT(parts); i++) {
        text = str_trim(text);
        parts[i] = str_cut(&text, ' ');
    }
    month = month_of(parts[0]);
    if (month != 0) {
        parts[0] = parts[1];
        parts[1] = STR("Jan");
    } else {
        month = month_of(parts[1]);
    }
    digits = parts[0];
    while (digits.n > 0 &&
           (digits.p[digits.n - 1] < '0' || digits.p[digits.n - 1] > '9'))
        digits.n--;
    if (month == 0 || str_to_i64(digits, 1, 31, &day, NULL) < 0 ||
        str_to_i64(parts[2], 1990, 2099, &year, NULL) < 0)
        return 0;
    snprintf(iso, sizeof(iso), "%04d-%02d-%02d", (int)year, month, (int)day);
    return reader_time(str_c(iso));
}

static int finish(struct dsa *dsa, struct err *err)
{
    struct advisory_draft *draft = dsa->reader->draft;
    int rc;

    if (!dsa->open)
        return 0;
    rc = advisory_draft_advisory(draft, &dsa->advisory, err);
    if (rc == 0)
        rc = advisory_draft_notice(draft, err);
    for (size_t i = 0; rc == 0 && i < dsa->vulns.n; i++)
        rc = advisory_draft_vulnerability(draft, dsa->vulns.p[i], err);
    for (size_t i = 0; rc == 0 && i < dsa->items.n; i++)
        rc = advisory_draft_item(draft, &dsa->items.p[i], err);
    dsa->open = false;
    dsa->vulns.n = dsa->items.n = 0;
    arena_clear(dsa->arena);
    return rc;
}

/* "[DATE] ID PACKAGE - TITLE" */
static int on_head(struct dsa *dsa, str line, struct err *err)
{
    str title = arena_str(dsa->arena, line);
    str date = str_cut(&title, ']');
    str id;

    title = str_trim(title);
    id = str_cut(&title, ' ');
    dsa->advisory = (struct advisory){
        .id = id,
        .title = str_trim(title),
        .type = ADVISORY_SECURITY,
        .issued = list_time(str_sub(date, 1, SIZE_MAX)),
    };
    for (size_t i = 0; i < COUNT(lists); i++) {
        if (!str_starts(id, str_c(lists[i].prefix)))
            continue;
        dsa->reader->source = str_c(lists[i].source);
        dsa->advisory.url = arena_printf(
            dsa->arena, "https://security-tracker.debian.org/tracker/%" PRIstr,
            ARGstr(id));
        dsa->open = true;
    }
    if (!dsa->open || dsa->advisory.issued == 0)
        return err_set(err, E_PARSE,
                       "'[DATE] DSA-NUMBER PACKAGE - TITLE' was expected");
    dsa->day = (uint16_t)(dsa->advisory.issued / 86400);
    return 0;
}

static void on_vulns(struct dsa *dsa, str line)
{
    line =
        arena_str(dsa->arena, str_sub(line, 1, str_find_char(line, '}') - 1));
    while (line.n > 0) {
        str name = str_trim(str_cut(&line, ' '));

        if (name.n > 0)
            *vec_push(&dsa->vulns) = name;
    }
}

/* "<not-affected> (why)" or "1.2-3 (high)" */
static void set_status(struct advisory_item *item, str text)
{
    str word = str_cut(&text, ' ');
    str why = str_trim(text);

    if (str_starts(why, STR("(")) && str_ends(why, STR(")")))
        why = str_sub(why, 1, why.n - 2);
    if (!str_starts(word, STR("<"))) {
        item->status = word.n > 0 ? ADVISORY_FIXED : ADVISORY_AFFECTED;
        item->version = word;
        item->severity = advisory_severity_of(why);
        item->severity_text =
            item->severity != ADVISORY_UNASSIGNED ? why : STR("");
        return;
    }
    item->note = why.n > 0 ? why : word;
    item->status =
        str_eq(word, STR("<not-affected>")) ? ADVISORY_NOT_AFFECTED
        : str_eq(word, STR("<end-of-life>")) || str_eq(word, STR("<ignored>"))
            ? ADVISORY_WONT_FIX
        : str_eq(word, STR("<undetermined>")) ? ADVISORY_INVESTIGATED
                                              : ADVISORY_AFFECTED;
}

/* "[bullseye] - xorg-server 2:1.20.11-1+deb11u1" */
static void on_package(struct dsa *dsa, str line)
{
    struct advisory_item *item = vec_push(&dsa->items);
    str rest = line;
    str release = str_cut(&rest, ']');

    rest = str_trim(rest);
    if (str_starts(rest, STR("-")))
        rest = str_trim(str_sub(rest, 1, SIZE_MAX));
    item->release = arena_str(
        dsa->arena, reader_release(dsa->reader, str_sub(release, 1, SIZE_MAX)));
    rest = arena_str(dsa->arena, rest);
    item->package = str_cut(&rest, ' ');
    item->day = dsa->day;
    item->source_package = true;
    set_status(item, str_trim(rest));
}

static int on_line(struct dsa *dsa, str line, struct err *err)
{
    int rc;

    if (line.n == 0)
        return 0;
    if (line.p[0] == '[') {
        rc = finish(dsa, err);
        return rc < 0 ? rc : on_head(dsa, line, err);
    }
    line = str_trim(line);
    if (!dsa->open)
        return err_set(err, E_PARSE, "it belongs to no advisory");
    if (str_starts(line, STR("{")))
        on_vulns(dsa, line);
    else if (str_starts(line, STR("[")) && str_find_char(line, ']') < line.n)
        on_package(dsa, line);
    else if (line.n > 0 && !str_starts(line, STR("NOTE:")) &&
             !str_starts(line, STR("TODO:")))
        dsa->reader->skipped++;
    return 0;
}

int import_dsa(struct advisory_reader *reader, struct err *err)
{
    struct dsa dsa = { .reader = reader, .arena = &reader->arena };
    struct reader_lines lines = READER_LINES(reader->stream);
    int rc = advisory_draft_document(reader->draft, STR("list"), err);
    int64_t last = 0;
    char space[DAY_TEXT_SIZE];
    str line;

    while (rc == 0 && (rc = reader_line(&lines, &line, err)) == 0) {
        rc = on_line(&dsa, line, err);
        if (rc < 0)
            err_wrap(err, rc, "line %llu", (unsigned long long)lines.line);
        if (dsa.advisory.issued > last)
            last = dsa.advisory.issued;
    }
    if (rc > 0)
        rc = finish(&dsa, err);
    if (rc == 0 && last > 0)
        reader_date(reader, day_text((uint16_t)(last / 86400), space));
    reader->documents = 1;
    buf_clear(&lines.buf);
    vec_clear(&dsa.vulns);
    vec_clear(&dsa.items);
    return rc;
}
