/* SPDX-License-Identifier: Apache-2.0
 *
 * The Asset Reporting Format 1.1 (NISTIR 7694).
 */
#include <arpa/inet.h>

#include "oval/results.h"
#include "oval/source_copy.h"
#include "scap/report.h"
#include "scap/write_int.h"

#define NS_ARF "http://scap.nist.gov/schema/asset-reporting-format/1.1"
#define NS_CORE "http://scap.nist.gov/schema/reporting-core/1.1"
#define NS_AI "http://scap.nist.gov/schema/asset-identification/1.1"
#define NS_VOCABULARY                                                          \
    "http://scap.nist.gov/specifications/arf/vocabulary/relationships/1.0#"

enum {
    NAME_SIZE = 32,
    ADDRESS_SIZE = 64,
};

static bool has_results(const struct scap_session *session)
{
    enum oval_result unused;

    if (session->eval == NULL)
        return false;
    for (uint32_t i = 0; i < oval_eval_content(session->eval)->definitions.n;
         i++)
        if (oval_eval_result(session->eval, i, &unused))
            return true;
    return false;
}

static void write_relationship(struct xml_writer *w, const char *type,
                               const char *subject, const char *object)
{
    xml_write_start(w, "core:relationship");
    xml_write_attr_c(w, "type", type);
    xml_write_attr_c(w, "subject", subject);
    xml_write_leaf(w, "core:ref", str_c(object));
    xml_write_end(w);
}

static void write_relationships(const struct scap_result *result,
                                bool with_request, struct xml_writer *w)
{
    xml_write_start(w, "core:relationships");
    xml_write_attr_c(w, "xmlns:arfvocab", NS_VOCABULARY);
    if (with_request)
        write_relationship(w, "arfvocab:createdFor", "xccdf1", "request1");
    write_relationship(w, "arfvocab:isAbout", "xccdf1", "asset1");
    for (size_t i = 0; i < result->sessions.n; i++) {
        char name[NAME_SIZE];

        if (!has_results(&result->sessions.p[i]))
            continue;
        snprintf(name, sizeof(name), "oval%zu", i + 1);
        if (with_request)
            write_relationship(w, "arfvocab:createdFor", name, "request1");
        write_relationship(w, "arfvocab:isAbout", name, "asset1");
    }
    xml_write_end(w);
}

static int write_request(struct stream *content, struct xml_writer *w,
                         struct err *err)
{
    int rc;

    xml_write_start(w, "arf:report-requests");
    xml_write_start(w, "arf:report-request");
    xml_write_attr_c(w, "id", "request1");
    xml_write_start(w, "arf:content");
    xml_write_text(w, STR("\n"));
    rc = oval_source_copy(content, w->out, err);
    xml_write_end(w);
    xml_write_end(w);
    xml_write_end(w);
    return rc;
}

/* The address in the form of the schema, without abbreviations. */
static bool full_address(str ip, bool *out_v6, char out[ADDRESS_SIZE])
{
    AUTO(buf_clear) struct buf text = BUF(ADDRESS_SIZE);
    unsigned char bytes[16];

    buf_add(&text, str_sub(ip, 0, str_find_char(ip, '/')));
    *out_v6 = false;
    if (inet_pton(AF_INET, buf_c(&text), bytes) == 1) {
        snprintf(out, ADDRESS_SIZE, "%s", buf_c(&text));
        return true;
    }
    if (inet_pton(AF_INET6, buf_c(&text), bytes) != 1)
        return false;
    *out_v6 = true;
    buf_reset(&text);
    for (unsigned i = 0; i < 16; i += 2)
        buf_printf(&text, "%s%x", i == 0 ? "" : ":",
                   (unsigned)(bytes[i] << 8 | bytes[i + 1]));
    snprintf(out, ADDRESS_SIZE, "%s", buf_c(&text));
    return true;
}

static bool is_mac(str mac)
{
    for (size_t i = 0; i < mac.n; i++) {
        char c = mac.p[i];
        bool hex = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');

        if (i % 3 == 2 ? c != ':' : !hex)
            return false;
    }
    return mac.n == 17;
}

static void write_connection(struct xml_writer *w,
                             const struct oval_interface *interface)
{
    char address[ADDRESS_SIZE];
    bool v6;
    bool known = full_address(interface->ip, &v6, address);

    if (!known && !is_mac(interface->mac))
        return;
    xml_write_start(w, "ai:connection");
    if (known) {
        xml_write_start(w, "ai:ip-address");
        xml_write_leaf(w, v6 ? "ai:ip-v6" : "ai:ip-v4", str_c(address));
        xml_write_end(w);
    }
    if (is_mac(interface->mac))
        xml_write_leaf(w, "ai:mac-address", interface->mac);
    xml_write_end(w);
}

/* A name of which a host may be called: what the schema permits. */
static bool is_host_name(str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '.'))
            return false;
    }
    return name.n > 0 && name.n < 256;
}

static void write_asset(const struct scap_result *result, struct xml_writer *w)
{
    struct oval_system sys;
    size_t n;

    write_system(result, &sys);
    n = sys.interface_count;
    xml_write_start(w, "arf:assets");
    xml_write_start(w, "arf:asset");
    xml_write_attr_c(w, "id", "asset1");
    xml_write_start(w, "ai:computing-device");
    if (n > 0)
        xml_write_start(w, "ai:connections");
    for (size_t i = 0; i < n; i++)
        write_connection(w, &sys.interfaces[i]);
    if (n > 0)
        xml_write_end(w);
    if (is_host_name(sys.primary_host_name)) {
        str name = sys.primary_host_name;

        xml_write_leaf(w, "ai:fqdn", name);
        xml_write_leaf(w, "ai:hostname",
                       str_sub(name, 0, str_find_char(name, '.')));
    }
    xml_write_end(w);
    xml_write_end(w);
    xml_write_end(w);
}

static void open_report(struct xml_writer *w, const char *id)
{
    xml_write_start(w, "arf:report");
    xml_write_attr_c(w, "id", id);
    xml_write_start(w, "arf:content");
}

static void close_report(struct xml_writer *w)
{
    xml_write_end(w);
    xml_write_end(w);
}

static int write_session(const struct scap_result *result, size_t i,
                         struct xml_writer *w, struct err *err)
{
    const struct oval_report_content content = {
        .eval = result->sessions.p[i].eval
    };
    const struct oval_report report = { .contents = &content,
                                        .count = 1,
                                        .time_s = result->end_s };
    char name[NAME_SIZE];
    int rc;

    snprintf(name, sizeof(name), "oval%zu", i + 1);
    open_report(w, name);
    rc = oval_results_element(&report, NULL, w, err);
    close_report(w);
    return rc;
}

static int write_reports(const struct scap_result *result, struct xml_writer *w,
                         struct err *err)
{
    int rc = 0;

    xml_write_start(w, "arf:reports");
    open_report(w, "xccdf1");
    test_result_element(result, w);
    close_report(w);
    for (size_t i = 0; rc == 0 && i < result->sessions.n; i++)
        if (has_results(&result->sessions.p[i]))
            rc = write_session(result, i, w, err);
    xml_write_end(w);
    return rc;
}

int scap_arf_write(const struct scap_result *result, struct stream *content,
                   struct io_out *out, struct err *err)
{
    struct xml_writer w;
    int rc = 0;

    xml_write_init(&w, out);
    xml_write_start(&w, "arf:asset-report-collection");
    xml_write_attr_c(&w, "xmlns:arf", NS_ARF);
    xml_write_attr_c(&w, "xmlns:core", NS_CORE);
    xml_write_attr_c(&w, "xmlns:ai", NS_AI);
    write_relationships(result, content != NULL, &w);
    if (content != NULL)
        rc = write_request(content, &w, err);
    if (rc < 0)
        return rc;
    write_asset(result, &w);
    rc = write_reports(result, &w, err);
    xml_write_end(&w);
    return rc;
}
