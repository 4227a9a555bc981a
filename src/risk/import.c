/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "risk/import_int.h"

static const struct stream_limits limits = { (uint64_t)2 << 30 };

/* --- The input. --- */

/* Moves what is left to the front and reads on. */
static int fill(struct risk_input *input, struct err *err)
{
    size_t got = 0;
    int rc;

    memmove(input->piece, input->piece + input->at, input->n - input->at);
    input->n -= input->at;
    input->at = 0;
    while (!input->end && input->n < RISK_PIECE) {
        rc = stream_read(input->stream, input->piece + input->n,
                         RISK_PIECE - input->n, &got, err);
        if (rc < 0)
            return rc;
        input->n += got;
        input->end = got == 0;
    }
    return 0;
}

static str rest_of(const struct risk_input *input)
{
    return (str){ input->piece + input->at, input->n - input->at };
}

int risk_input_piece(struct risk_input *input, str *out, struct err *err)
{
    int rc = 0;

    if (input->at == input->n)
        rc = fill(input, err);
    if (rc < 0)
        return rc;
    *out = rest_of(input);
    input->at = input->n;
    return 0;
}

int risk_input_line(struct risk_input *input, str *out, struct err *err)
{
    str rest = rest_of(input);
    size_t at = str_find_char(rest, '\n');
    int rc;

    if (at == rest.n && !input->end) {
        rc = fill(input, err);
        if (rc < 0)
            return rc;
        rest = rest_of(input);
        at = str_find_char(rest, '\n');
    }
    if (rest.n == 0)
        return 1;
    input->line++;
    if (at > RISK_LINE_MAX)
        return err_set(err, E_LIMIT, "line %llu is longer than %d bytes",
                       (unsigned long long)input->line, RISK_LINE_MAX);
    input->at += at < rest.n ? at + 1 : at;
    *out = str_sub(rest, 0, at);
    if (str_ends(*out, STR("\r")))
        out->n--;
    return 0;
}

int risk_import_json(struct risk_importer *importer, json_handler *handler,
                     void *ctx, struct err *err)
{
    AUTO(json_read_freep)
    struct json_reader *reader = json_read_new(handler, ctx);
    str piece;
    int rc;

    do {
        rc = risk_input_piece(&importer->input, &piece, err);
        if (rc == 0)
            rc = json_read_add(reader, piece, err);
    } while (rc == 0 && piece.n > 0);
    return rc < 0 ? rc : json_read_finish(reader, err);
}

/* --- What the formats share. --- */

int risk_check_score(struct risk_importer *importer, enum cvss_version version,
                     str vector, bool stated, unsigned *tenths, struct err *err)
{
    struct cvss cvss;
    struct cvss_scores computed;
    int rc;

    if (vector.n == 0) {
        if (!stated)
            return err_set(err, E_INVALID, "neither score nor vector");
        return 0;
    }
    rc = cvss_parse(vector, &cvss, err);
    if (rc < 0)
        return err_wrap(err, rc, "vector '%" PRIstr "'",
                        ARGstr(str_sub(vector, 0, CVSS_VECTOR_MAX)));
    if (cvss.version != version)
        return err_set(
            err, E_INVALID, "the vector is of CVSS %s, the score of CVSS %s",
            cvss_version_text(cvss.version), cvss_version_text(version));
    /* Of 4.0 publishers call the score of the whole vector base score. */
    cvss_score(&cvss, &computed);
    if (!stated)
        *tenths = computed.base;
    else if (*tenths != computed.base &&
             (version != CVSS_4_0 || *tenths != computed.environmental))
        importer->differ++;
    return 0;
}

int risk_name(struct risk_importer *importer, str text, str *out,
              struct err *err)
{
    text = str_trim(text);
    if (text.n > RISK_NAME_MAX)
        return err_set(err, E_LIMIT, "a name is longer than %d bytes",
                       RISK_NAME_MAX);
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return err_set(err, E_PARSE, "a name has a control character");
    }
    *out = arena_str(&importer->arena, text);
    return 0;
}

/* --- Formats. --- */

static bool is_json(str head)
{
    return str_starts(str_trim(head), STR("{"));
}

static bool is_kev(str head)
{
    return is_json(head) && str_find(head, STR("\"catalogVersion\"")) < head.n;
}

static bool is_nvd(str head)
{
    return is_json(head) && str_find(head, STR("\"NVD_CVE\"")) < head.n;
}

static bool is_epss(str head)
{
    str line = str_cut(&head, '\n');
    str id = line;
    uint64_t key;

    if (str_starts(line, STR("#model_version:")) ||
        str_starts(line, STR("cve,epss")))
        return true;
    id.n = str_find_char(line, ';') < line.n ? str_find_char(line, ';')
                                             : str_find_char(line, ',');
    return id.n < line.n && cve_parse(id, &key, NULL) == 0;
}

static bool is_tsv(str head)
{
    str line;
    uint64_t key;

    do
        line = str_cut(&head, '\n');
    while (head.n > 0 && (str_starts(line, STR("# ")) || line.n == 0));
    if (str_starts(line, STR("#")))
        line = str_sub(line, 1, SIZE_MAX);
    if (str_find_char(line, '\t') == line.n)
        return false;
    line = str_cut(&line, '\t');
    return str_eq_nocase(line, STR("cve")) || cve_parse(line, &key, NULL) == 0;
}

/* A table whose columns are named, one of them "exploitation". */
static bool is_ssvc(str head)
{
    str line;

    do
        line = str_cut(&head, '\n');
    while (head.n > 0 && (str_starts(line, STR("# ")) || line.n == 0));
    while (line.n > 0) {
        if (str_eq_nocase(str_trim(str_cut(&line, '\t')), STR("exploitation")))
            return true;
    }
    return false;
}

static const struct format {
    enum risk_kind kind;
    const char *name; /* of the source, when the file does not state one */
    bool (*is)(str head);
    int (*import)(struct risk_importer *importer, struct err *err);
} formats[] = {
    { RISK_KEV, "CISA KEV", is_kev, risk_import_kev },
    { RISK_CVSS, "NVD", is_nvd, risk_import_nvd },
    { RISK_EPSS, "FIRST EPSS", is_epss, risk_import_epss },
    { RISK_SSVC, "CISA SSVC", is_ssvc, risk_import_ssvc },
    { RISK_CVSS, NULL, is_tsv, risk_import_tsv },
};

static int recognise(struct risk_importer *importer, const struct format **out,
                     struct err *err)
{
    str head;
    int rc = fill(&importer->input, err);

    if (rc < 0)
        return rc;
    head = rest_of(&importer->input);
    for (size_t i = 0; i < COUNT(formats); i++) {
        if (!formats[i].is(head))
            continue;
        *out = &formats[i];
        return 0;
    }
    if (is_json(head) && str_find(head, STR("\"CVE_data_format\"")) < head.n)
        return err_set(err, E_UNSUPPORTED,
                       "is a feed of NVD's format 1.1, which has ended; the "
                       "feeds of format 2.0 are called nvdcve-2.0-*.json.gz");
    return err_set(err, E_UNSUPPORTED,
                   "is no risk data that is known: CISA's KEV catalogue "
                   "(JSON), FIRST's EPSS scores (CSV), NVD's feeds 2.0 "
                   "(JSON), or lines of CVE, CVSS version, score and vector, "
                   "or with a column called exploitation, separated by tabs");
}

/* The name of the file without its folder. */
static str base_name(const char *path)
{
    str name = str_c(path);

    while (str_find_char(name, '/') < name.n)
        (void)str_cut(&name, '/');
    return name;
}

static int accept(struct risk_importer *importer, const struct format *format,
                  struct risk_imported *out, struct err *err)
{
    const struct risk_import *import = importer->import;
    uint16_t day;
    int rc = 0;

    if (importer->date.n == 0 && import->date != NULL)
        importer->date = str_c(import->date);
    if (importer->date.n > 0)
        rc = day_parse(importer->date, &day, err);
    if (rc == 0 && format->name == NULL && import->source != NULL)
        rc = risk_name(importer, str_c(import->source), &importer->name, err);
    if (rc == 0 && importer->name.n == 0)
        rc = risk_name(importer,
                       format->name != NULL ? str_c(format->name)
                                            : base_name(import->path),
                       &importer->name, err);
    if (rc < 0)
        return rc;
    *out = (struct risk_imported){
        .kind = format->kind,
        .entries = risk_draft_added(importer->draft),
        .differ = importer->differ,
    };
    if (out->entries == 0)
        return err_set(err, E_INVALID, "it holds no entry");
    return risk_draft_accept(importer->draft, importer->name,
                             str_sub(importer->date, 0, 10), import->now_s,
                             err);
}

static int run(struct risk_importer *importer, struct risk_imported *out,
               struct err *err)
{
    const struct format *format = NULL;
    int rc = recognise(importer, &format, err);

    if (rc < 0)
        return rc;
    risk_draft_begin(importer->draft, format->kind);
    rc = format->import(importer, err);
    return rc < 0 ? rc : accept(importer, format, out, err);
}

static int import_stream(struct risk_draft *draft, struct stream *stream,
                         const struct risk_import *import,
                         struct risk_imported *out, struct err *err)
{
    AUTO(mem_freep) char *piece = mem_alloc(RISK_PIECE, 1);
    struct risk_importer importer = {
        .draft = draft,
        .import = import,
        .input = { .stream = stream, .piece = piece },
    };
    int rc = run(&importer, out, err);

    if (rc < 0)
        rc = err_wrap(err, rc, "%s", stream_name(stream));
    else
        risk_draft_last(draft, &out->name, &out->date);
    arena_clear(&importer.arena);
    return rc;
}

int risk_import(struct risk_draft *draft, const struct risk_import *import,
                struct risk_imported *out, struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    int rc = stream_open(import->path, &limits, &stream, err);

    return rc < 0 ? rc : import_stream(draft, stream, import, out, err);
}

int risk_import_memory(struct risk_draft *draft, str bytes,
                       const struct risk_import *import,
                       struct risk_imported *out, struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    int rc = stream_open_memory(bytes, import->path, &limits, &stream, err);

    return rc < 0 ? rc : import_stream(draft, stream, import, out, err);
}
