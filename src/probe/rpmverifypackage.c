/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:rpmverifypackage_object: whether packages as a whole are sound, as
 * `rpm -V` decides it, without executing anything:
 *
 *   dependency_check_passed  what the package needs is provided, and nothing
 *                            that it conflicts with is (rpm_index.h)
 *   digest_check_passed      its header has the digest that it states
 *   verification_script_...  true for a package without such a script; a
 *                            script is not run, so the fact of one that has
 *                            it is not collected
 *   signature_check_passed   not collected: the signatures of installed
 *                            headers are not verified here
 *
 * A behaviour that leaves a check out leaves its fact out.
 */
#include "base/digest.h"
#include "probe/rpm_index.h"
#include "probe/rpm_items.h"

enum {
    UNMET_MAX = 4096
};

static void give_dependencies(struct rpm_visit *visit, struct rpm_db *db,
                              const struct rpm_package *package,
                              const struct rpm_header *header)
{
    AUTO(buf_clear) struct buf unmet = BUF(UNMET_MAX);
    const struct rpm_index *index = NULL;
    struct err err = { 0 };
    int rc = rpm_index_of(db, &index, &err);

    if (rc < 0) {
        oval_item_status(visit->sink, "dependency_check_passed", OVAL_BOOLEAN,
                         OVAL_STATUS_ERROR);
        oval_sink_error(visit->sink, "%s", err_text(&err));
        return;
    }
    rc = rpm_index_check(index, header, &unmet);
    oval_item_bool(visit->sink, "dependency_check_passed", rc == 0);
    if (rc != 0)
        oval_sink_message(visit->sink, OVAL_LEVEL_INFO, "%" PRIstr " %" PRIstr,
                          ARGstr(package->extended_name),
                          ARGstr(buf_str(&unmet)));
}

/* The digest that the header states of its signed region, and the region's
 * own: 1 equal, 0 different, -1 not stated. */
static int check_digest(const struct rpm_header *header)
{
    static const unsigned char magic[8] = { 0x8e, 0xad, 0xe8, 0x01 };
    str stated = rpm_header_text(header, RPM_TAG_SHA256HEADER);
    enum digest_kind kind = DIGEST_SHA256;
    struct digest digest;
    char hex[DIGEST_HEX_MAX];
    unsigned char sizes[8];
    str index;
    str store;

    if (stated.n == 0) {
        stated = rpm_header_text(header, RPM_TAG_SHA1HEADER);
        kind = DIGEST_SHA1;
    }
    if (stated.n == 0 || !rpm_header_region(header, &index, &store))
        return -1;
    for (unsigned i = 0; i < 4; i++) {
        sizes[i] = (unsigned char)(index.n / 16 >> (24 - 8 * i));
        sizes[4 + i] = (unsigned char)(store.n >> (24 - 8 * i));
    }
    digest_init(&digest, kind);
    digest_add(&digest, magic, sizeof(magic));
    digest_add(&digest, sizes, sizeof(sizes));
    digest_add(&digest, index.p, index.n);
    digest_add(&digest, store.p, store.n);
    digest_finish(&digest, hex);
    return str_eq_nocase(stated, str_c(hex));
}

static void give_digest(struct oval_sink *sink, const struct rpm_header *header)
{
    int rc = check_digest(header);

    if (rc < 0)
        oval_item_status(sink, "digest_check_passed", OVAL_BOOLEAN,
                         OVAL_NOT_COLLECTED);
    else
        oval_item_bool(sink, "digest_check_passed", rc == 1);
}

static void give_script(struct oval_sink *sink, const struct rpm_header *header)
{
    if (rpm_header_values(header, RPM_TAG_VERIFYSCRIPT).n == 0 &&
        rpm_header_values(header, RPM_TAG_VERIFYSCRIPTPROG).n == 0) {
        oval_item_bool(sink, "verification_script_successful", true);
        return;
    }
    oval_item_status(sink, "verification_script_successful", OVAL_BOOLEAN,
                     OVAL_NOT_COLLECTED);
    oval_sink_message(sink, OVAL_LEVEL_INFO,
                      "verification scripts of packages are not run");
}

static void give_signature(struct oval_sink *sink)
{
    oval_item_status(sink, "signature_check_passed", OVAL_BOOLEAN,
                     OVAL_NOT_COLLECTED);
    oval_sink_message(sink, OVAL_LEVEL_INFO,
                      "signatures of installed packages are not verified");
}

static void visit_package(struct rpm_visit *visit, struct rpm_db *db,
                          uint32_t index)
{
    const struct rpm_package *package = &db->packages.p[index];
    const struct oval_query *query = visit->query;
    struct oval_sink *sink = visit->sink;
    AUTO(buf_clear) struct buf blob = BUF(RPM_HEADER_MAX);
    struct rpm_header header;
    struct err err = { 0 };

    if (rpm_db_header_in(db, index, &blob, &header, &err) < 0) {
        oval_sink_error(sink, "%s", err_text(&err));
        return;
    }
    oval_item_begin(sink, "linux:rpmverifypackage");
    oval_item_str(sink, "name", package->name);
    oval_item_str(sink, "epoch", package->epoch);
    oval_item_str(sink, "version", package->version);
    oval_item_str(sink, "release", package->release);
    oval_item_str(sink, "arch", package->arch);
    oval_item_str(sink, "extended_name", package->extended_name);
    if (!rpm_items_behaves(query, "nodeps"))
        give_dependencies(visit, db, package, &header);
    if (!rpm_items_behaves(query, "nodigest"))
        give_digest(sink, &header);
    if (!rpm_items_behaves(query, "noscripts"))
        give_script(sink, &header);
    if (!rpm_items_behaves(query, "nosignature"))
        give_signature(sink);
    oval_item_end(sink);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct rpm_visit visit = { visit_package, machine, query, sink };

    rpm_items_packages(&visit);
    return 0;
}

const struct probe probe_rpmverifypackage = {
    .object = "linux:rpmverifypackage",
    .needs = PROBE_MATCHES,
    .collect = collect,
};
