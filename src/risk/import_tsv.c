/* SPDX-License-Identifier: Apache-2.0 */
#include "risk/import_int.h"

enum {
    COLUMN_CVE,
    COLUMN_VERSION,
    COLUMN_SCORE,
    COLUMN_VECTOR,
    COLUMN_EXPLOITATION, /* of SSVC */
    COLUMNS,
    FIELDS_MAX = 64,
};

struct tsv {
    struct risk_importer *importer;
    size_t at[COLUMNS]; /* the field of each column */
    bool ssvc;          /* its exploitation is wanted, not its scores */
};

static const struct {
    const char *name;
    unsigned column;
} names[] = {
    { "cve", COLUMN_CVE },
    { "version", COLUMN_VERSION },
    { "cvssVersion", COLUMN_VERSION },
    { "score", COLUMN_SCORE },
    { "baseScore", COLUMN_SCORE },
    { "vector", COLUMN_VECTOR },
    { "exploitation", COLUMN_EXPLOITATION },
};

static int read_header(struct tsv *tsv, str line, struct err *err)
{
    for (size_t i = 0; i < COLUMNS; i++)
        tsv->at[i] = SIZE_MAX;
    for (size_t field = 0; line.n > 0; field++) {
        str name = str_cut(&line, '\t');

        for (size_t i = 0; i < COUNT(names); i++) {
            if (str_eq_nocase(name, str_c(names[i].name)))
                tsv->at[names[i].column] = field;
        }
    }
    for (size_t i = 0; !tsv->ssvc && i < COLUMN_VECTOR; i++) {
        if (tsv->at[i] == SIZE_MAX)
            return err_set(err, E_PARSE,
                           "the columns cve, version and score must be named");
    }
    return 0;
}

/* "# source: NVD", "# date: 2026-08-16" */
static int read_comment(struct risk_importer *importer, str line,
                        struct err *err)
{
    str value = str_sub(line, 1, SIZE_MAX);
    str key = str_trim(str_cut(&value, ':'));

    if (str_eq(key, STR("source")))
        return risk_name(importer, value, &importer->name, err);
    if (str_eq(key, STR("date")))
        return risk_name(importer, value, &importer->date, err);
    return 0;
}

static int add_exploitation(struct tsv *tsv, uint64_t key, str word,
                            struct err *err)
{
    static const struct {
        const char *word;
        enum risk_exploitation exploitation;
    } words[] = {
        { "none", RISK_NO_EXPLOIT },
        { "poc", RISK_PROOF },
        { "active", RISK_ACTIVE },
    };
    struct risk_fact fact = { .key = key };

    if (word.n == 0)
        return 0;
    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_eq_nocase(word, str_c(words[i].word)))
            fact.exploitation = words[i].exploitation;
    }
    if (fact.exploitation == RISK_NOT_ASSESSED)
        return err_set(err, E_PARSE,
                       "exploitation '%" PRIstr "' is none of none, poc and "
                       "active",
                       ARGstr(str_sub(word, 0, 16)));
    return risk_draft_add(tsv->importer->draft, &fact, err);
}

static int read_row(struct tsv *tsv, str line, struct err *err)
{
    str fields[FIELDS_MAX] = { { NULL, 0 } };
    str column[COLUMNS];
    struct risk_fact fact = { 0 };
    int rc;

    for (size_t i = 0; line.n > 0; i++) {
        if (i == FIELDS_MAX)
            return err_set(err, E_LIMIT, "more than %d columns", FIELDS_MAX);
        fields[i] = str_cut(&line, '\t');
    }
    for (size_t i = 0; i < COLUMNS; i++)
        column[i] = tsv->at[i] < FIELDS_MAX ? fields[tsv->at[i]] : STR("");
    rc = cve_parse(column[COLUMN_CVE], &fact.key, err);
    if (rc == 0 && tsv->ssvc)
        return add_exploitation(tsv, fact.key, column[COLUMN_EXPLOITATION],
                                err);
    if (rc < 0 ||
        (column[COLUMN_VERSION].n == 0 && column[COLUMN_SCORE].n == 0))
        return rc; /* listed without a score */
    fact.version = cvss_version_of(column[COLUMN_VERSION]);
    if (fact.version == CVSS_NONE)
        return err_set(err, E_PARSE, "CVSS version '%" PRIstr "' is not known",
                       ARGstr(str_sub(column[COLUMN_VERSION], 0, 16)));
    fact.vector = column[COLUMN_VECTOR];
    if (column[COLUMN_SCORE].n > 0)
        rc = cvss_score_parse(column[COLUMN_SCORE], &fact.score, err);
    if (rc == 0)
        rc = risk_check_score(tsv->importer, fact.version, fact.vector,
                              column[COLUMN_SCORE].n > 0, &fact.score, err);
    return rc < 0 ? rc : risk_draft_add(tsv->importer->draft, &fact, err);
}

static int read_line(struct tsv *tsv, str line, struct err *err)
{
    str name = str_starts(line, STR("#")) ? str_sub(line, 1, SIZE_MAX) : line;

    if (line.n == 0)
        return 0;
    name = str_cut(&name, '\t');
    if (str_eq_nocase(name, STR("cve")))
        return read_header(
            tsv, str_starts(line, STR("#")) ? str_sub(line, 1, SIZE_MAX) : line,
            err);
    if (str_starts(line, STR("#")))
        return read_comment(tsv->importer, line, err);
    return read_row(tsv, line, err);
}

static int read_table(struct risk_importer *importer, bool ssvc,
                      struct err *err)
{
    struct tsv tsv = { importer, { 0, 1, 2, 3, SIZE_MAX }, ssvc };
    str line;
    int rc;

    while ((rc = risk_input_line(&importer->input, &line, err)) == 0) {
        rc = read_line(&tsv, line, err);
        if (rc < 0)
            return err_wrap(err, rc, "line %llu",
                            (unsigned long long)importer->input.line);
    }
    return rc < 0 ? rc : 0;
}

int risk_import_tsv(struct risk_importer *importer, struct err *err)
{
    return read_table(importer, false, err);
}

int risk_import_ssvc(struct risk_importer *importer, struct err *err)
{
    return read_table(importer, true, err);
}
