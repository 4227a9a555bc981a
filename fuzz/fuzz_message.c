/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages of every shape: the first byte chooses the shape and whether the
 * rest is a compressed body. What is read is written again, and must be the
 * same bytes.
 */
#include "proto/agent.h"
#include "proto/patching.h"
#include "proto/saml.h"
#include "proto/scap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct wire_shape *const shapes[] = {
    &shape_enrol,
    &shape_enrolled,
    &shape_checkin,
    &shape_checked_in,
    &shape_inventory,
    &shape_signed_jobs,
    &shape_job_events,
    &shape_results,
    &shape_renew,
    &shape_renewed,
    &shape_job,
    &shape_job_assess,
    &shape_job_cancel,
    &shape_policy,
    &shape_signed_job,
    &shape_patching_scan,
    &shape_patching_results,
    &shape_patching_reboot_state,
    &shape_patching_policy,
    &shape_job_patch_scan,
    &shape_job_patch_deploy,
    &shape_job_reboot,
    &shape_saml_order,
    &shape_saml_result,
    &shape_scap_pack,
    &shape_scap_report,
    &shape_scap_files,
};

static void again(const struct wire_shape *shape, const void *value, str bytes)
{
    AUTO(buf_clear) struct buf out = BUF(AGENT_MESSAGE_MAX);

    if (wire_write(shape, value, &out, NULL) < 0 ||
        !str_eq(buf_str(&out), bytes))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const struct wire_shape *shape;
    uint8_t digest[JOB_DIGEST_BYTES];
    struct err err;
    str bytes;
    void *value;

    if (size == 0)
        return 0;
    shape = shapes[(data[0] & 127) % COUNT(shapes)];
    bytes = (str){ (const char *)data + 1, size - 1 };
    value = arena_alloc(&arena, 1, shape->size);
    if (data[0] > 127) {
        (void)!message_unpack(shape, bytes, &arena, value, &err);
        return 0;
    }
    if (wire_read(shape, bytes, &arena, value, &err) < 0)
        return 0;
    again(shape, value, bytes);
    if (shape == &shape_inventory)
        inventory_digest(value, digest);
    if (shape == &shape_job)
        (void)!job_validate(value, &err);
    return 0;
}
