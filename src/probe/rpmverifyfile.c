/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:rpmverifyfile_object: files of packages, compared with what the
 * package says of them (rpm_verify.h).
 */
#include "probe/rpm_items.h"

static void give(struct oval_sink *sink, const struct rpm_package *package,
                 const struct rpm_stated *stated,
                 const struct rpm_outcome *outcome)
{
    oval_item_begin(sink, "linux:rpmverifyfile");
    oval_item_str(sink, "name", package->name);
    oval_item_str(sink, "epoch", package->epoch);
    oval_item_str(sink, "version", package->version);
    oval_item_str(sink, "release", package->release);
    oval_item_str(sink, "arch", package->arch);
    oval_item_str(sink, "filepath", str_c(stated->path));
    oval_item_str(sink, "extended_name", package->extended_name);
    rpm_items_give(sink, "size_differs", outcome, RPM_VERIFY_SIZE);
    rpm_items_give(sink, "mode_differs", outcome, RPM_VERIFY_MODE);
    rpm_items_give(sink, "md5_differs", outcome, RPM_VERIFY_DIGEST);
    rpm_items_give(sink, "filedigest_differs", outcome, RPM_VERIFY_DIGEST);
    rpm_items_give_rest(sink, stated, outcome);
    oval_item_end(sink);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    rpm_items_files(machine, query, sink, give);
    return 0;
}

const struct probe probe_rpmverifyfile = {
    .object = "linux:rpmverifyfile",
    .needs = PROBE_MATCHES,
    .collect = collect,
};
