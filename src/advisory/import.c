/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/import.h"

#include "advisory/import_int.h"
#include "advisory/tar_int.h"

static const struct stream_limits limits = { (uint64_t)2 << 30 };

/* --- Recognising. --- */

static bool has(str head, const char *word)
{
    return str_find(head, str_c(word)) < head.n;
}

static bool is_json(str head)
{
    str text = str_trim(head);

    return text.n > 0 && (text.p[0] == '{' || text.p[0] == '[');
}

static bool is_csaf(str head)
{
    return is_json(head) && has(head, "\"csaf_version\"");
}

static bool is_cvrf(str head)
{
    return has(head, "http://www.icasi.org/CVRF/schema/cvrf/1.1");
}

/* "[29 Mar 2023] DSA-5380-1 xorg-server - security update" */
static bool is_dsa(str head)
{
    str line = str_cut(&head, '\n');

    return str_starts(line, STR("[")) &&
           (has(line, "] DSA-") || has(line, "] DLA-") || has(line, "] DTSA-"));
}

static bool is_msu(str head)
{
    return is_json(head) && has(head, "\"dependencies\"");
}

static bool is_oval(str head)
{
    return has(head, "oval_definitions") &&
           has(head, "http://oval.mitre.org/XMLSchema/oval-definitions-5");
}

static bool is_osv(str head)
{
    return is_json(head) &&
           (has(head, "\"affected\"") || has(head, "\"schema_version\"")) &&
           has(head, "\"id\"");
}

static bool is_tracker(str head)
{
    return is_json(head) && has(head, "\"releases\"") &&
           has(head, "\"repositories\"");
}

static bool is_updateinfo(str head)
{
    return has(head, "<updates") &&
           (has(head, "<update ") || has(head, "</updates>"));
}

static bool is_usn(str head)
{
    return is_json(head) &&
           ((has(head, "\"isummary\"") || has(head, "\"release_packages\"")) ||
            (has(head, "\"releases\"") && has(head, "\"cves\"") &&
             has(head, "\"sources\"")));
}

static bool is_wes(str head)
{
    return str_starts(head, STR("\"DatePosted\",\"CVE\",\"BulletinKB\"")) ||
           str_starts(head, STR("DatePosted,CVE,BulletinKB"));
}

/* whole: the file is all that its source says. */
static const struct format {
    const char *name;
    const char *source; /* when the file does not state one */
    enum advisory_rank rank;
    bool whole;
    bool (*is)(str head);
    int (*read)(struct advisory_reader *reader, struct err *err);
} formats[] = {
    { "cvrf", "MSRC", ADVISORY_BY_UPDATE, false, is_cvrf, import_cvrf },
    { "updateinfo", "updateinfo", ADVISORY_BY_UPDATE, false, is_updateinfo,
      import_updateinfo },
    { "dsa", "Debian DSA", ADVISORY_BY_UPDATE, true, is_dsa, import_dsa },
    { "wes", "Windows Exploit Suggester", ADVISORY_BY_COLLECTION, true, is_wes,
      import_wes },
    { "csaf", "CSAF", ADVISORY_BY_UPDATE, false, is_csaf, import_csaf },
    { "tracker", "Debian security tracker", ADVISORY_BY_VENDOR, true,
      is_tracker, import_tracker },
    { "usn", "Ubuntu USN", ADVISORY_BY_UPDATE, true, is_usn, import_usn },
    { "msu", "Windows updates", ADVISORY_BY_COLLECTION, true, is_msu,
      import_msu },
    { "oval", "OVAL", ADVISORY_BY_UPDATE, false, is_oval, import_oval },
    { "osv", "OSV", ADVISORY_BY_COLLECTION, false, is_osv, import_osv },
};

static const struct format *recognise(str head)
{
    for (size_t i = 0; i < COUNT(formats); i++) {
        if (formats[i].is(head))
            return &formats[i];
    }
    return NULL;
}

static int unknown(struct err *err)
{
    return err_set(err, E_UNSUPPORTED,
                   "is no advisory format that is known: updateinfo (XML), "
                   "Debian's DSA list or security tracker (JSON), Ubuntu's "
                   "USN (JSON), OSV (JSON), CSAF 2.0 (JSON), Microsoft's CVRF "
                   "(XML), OVAL patch definitions (XML) or lists of Windows "
                   "updates (JSON, CSV)");
}

/* --- One document, or a list. --- */

static int accept(struct advisory_reader *reader, const struct format *format,
                  struct advisory_imported *out, struct err *err)
{
    struct advisory_source source = {
        .name = reader->source,
        .format = str_c(format->name),
        .date = reader->date,
        .rank = reader->rank,
        .imported_s = reader->import->now_s,
    };
    struct advisory_added added;
    int rc;

    if (reader->import->source != NULL)
        source.name = str_c(reader->import->source);
    if (source.name.n == 0)
        source.name = str_c(format->source);
    if (reader->documents == 0)
        return err_set(err, E_INVALID, "it holds no advisory");
    rc = advisory_draft_accept(reader->draft, &source, format->whole, &added,
                               err);
    if (rc < 0)
        return rc;
    out->format = format->name;
    out->source = added.source;
    out->date = added.date;
    out->advisories += added.advisories;
    out->notices += added.notices;
    out->items += added.items;
    out->documents += reader->documents;
    out->skipped += reader->skipped;
    return 0;
}

static int read_one(struct advisory_reader *reader, const struct format *format,
                    struct advisory_imported *out, struct err *err)
{
    int rc;

    reader->rank = format->rank;
    reader->source = reader->date = STR("");
    reader->documents = reader->skipped = 0;
    advisory_draft_begin(reader->draft);
    rc = format->read(reader, err);
    if (rc == 0)
        rc = accept(reader, format, out, err);
    arena_clear(&reader->arena);
    arena_clear(&reader->kept);
    return rc;
}

/* --- Archives. --- */

/* A signature, a digest, a licence beside the documents is passed over. */
static bool is_document(str name)
{
    return str_ends(name, STR(".json")) || str_ends(name, STR(".xml")) ||
           str_ends(name, STR(".csv"));
}

static int read_member(struct advisory_reader *reader, str bytes,
                       const char *name, struct advisory_imported *out,
                       struct err *err)
{
    AUTO(stream_freep) struct stream *member = NULL;
    struct stream *archive = reader->stream;
    const struct format *format = NULL;
    str head;
    int rc = stream_open_memory(bytes, name, &limits, &member, err);

    if (rc == 0)
        rc = stream_peek(member, &head, err);
    if (rc < 0)
        return rc;
    format = recognise(head);
    if (format == NULL) {
        out->skipped++;
        return 0;
    }
    reader->stream = member;
    rc = read_one(reader, format, out, err);
    reader->stream = archive;
    return rc < 0 ? err_wrap(err, rc, "%s", name) : 0;
}

static int read_archive(struct advisory_reader *reader,
                        struct advisory_imported *out, struct err *err)
{
    AUTO(tar_clear) struct tar tar = TAR(reader->stream);
    AUTO(buf_clear) struct buf bytes = BUF(READER_DOCUMENT_MAX);
    int rc = 0;

    while ((rc = tar_next(&tar, err)) == 0) {
        if (!is_document(buf_str(&tar.name))) {
            out->skipped++;
            continue;
        }
        buf_reset(&bytes);
        rc = tar_read(&tar, &bytes, err);
        if (rc == 0)
            rc = read_member(reader, buf_str(&bytes), buf_c(&tar.name), out,
                             err);
        if (rc < 0)
            return rc;
    }
    if (rc > 0 && out->documents == 0)
        return err_set(err, E_INVALID, "the archive holds no advisory");
    return rc < 0 ? rc : 0;
}

/* --- Files. --- */

static int read_stream(struct advisory_reader *reader,
                       struct advisory_imported *out, struct err *err)
{
    const struct format *format;
    str head;
    int rc = stream_peek(reader->stream, &head, err);

    if (rc < 0)
        return rc;
    if (tar_is(head))
        return read_archive(reader, out, err);
    format = recognise(head);
    return format == NULL ? unknown(err) : read_one(reader, format, out, err);
}

static int import_stream(struct advisory_draft *draft, struct stream *stream,
                         const struct advisory_import *import,
                         struct advisory_imported *out, struct err *err)
{
    struct advisory_reader reader = {
        .draft = draft,
        .import = import,
        .stream = stream,
        .release = BUF(ADVISORY_NAME_MAX * 2),
    };
    struct advisory_imported imported = { 0 };
    size_t name = strlen(stream_name(stream));
    int rc = read_stream(&reader, &imported, err);

    buf_clear(&reader.release);
    if (rc == 0)
        *out = imported;
    else if (err == NULL || strncmp(err->text, stream_name(stream), name) != 0)
        rc = err_wrap(err, rc, "%s", stream_name(stream));
    return rc;
}

int advisory_import(struct advisory_draft *draft,
                    const struct advisory_import *import,
                    struct advisory_imported *out, struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    int rc = stream_open(import->path, &limits, &stream, err);

    return rc < 0 ? rc : import_stream(draft, stream, import, out, err);
}

int advisory_import_memory(struct advisory_draft *draft, str bytes,
                           const struct advisory_import *import,
                           struct advisory_imported *out, struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    int rc = stream_open_memory(bytes, import->path, &limits, &stream, err);

    return rc < 0 ? rc : import_stream(draft, stream, import, out, err);
}
