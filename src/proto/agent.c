/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/agent.h"

#include "base/digest.h"
#include "base/mem.h"
#include "base/zpack.h"
#include "trust/cert.h"

enum {
    TOKEN_MAX = 128,
    KEYS_MAX = 8,
    ID_TEXT_MAX = 64,
    ADDRESSES_MAX = 256,
    INTERFACES_MAX = 4096,
    USERS_MAX = 4096,
    EVENTS_MAX = 1000,
    ERRORS_MAX = 65536,
    COUNT_MAX = 1 << 24,
};
#define ID_MAX ((int64_t)1 << 62)
#define TIME_MAX ((int64_t)1 << 40)

#define NAME(s, m) WIRE_FIELD_TEXT(s, m, AGENT_NAME_MAX)
#define DIGEST(s, m) WIRE_FIELD_EXACT(s, m, JOB_DIGEST_BYTES)
#define DIGEST_OR_NONE(s, m) WIRE_FIELD_BYTES(s, m, JOB_DIGEST_BYTES)
#define TIME(s, m) WIRE_FIELD_I64(s, m, 0, TIME_MAX)
#define ID(s, m) WIRE_FIELD_I64(s, m, 0, ID_MAX)
#define AMOUNT(s, m) WIRE_FIELD_I64(s, m, 0, COUNT_MAX)

/* --- enrolment -------------------------------------------------------- */

static const struct wire_field enrol_fields[] = {
    WIRE_FIELD_TEXT(enrol, token, TOKEN_MAX),
    WIRE_FIELD_TEXT(enrol, csr, CERT_PEM_MAX),
    NAME(enrol, hostname),
    NAME(enrol, machine_id),
    NAME(enrol, agent_version),
};
const struct wire_shape shape_enrol = WIRE_SHAPE_OF(enrol, enrol_fields);

static const struct wire_field key_bytes_fields[] = {
    WIRE_FIELD_EXACT(key_bytes, key, SIGN_PUBLIC_BYTES),
};
static const struct wire_shape shape_key_bytes =
    WIRE_SHAPE_OF(key_bytes, key_bytes_fields);

static const struct wire_field enrolled_fields[] = {
    WIRE_FIELD_TEXT(enrolled, device, ID_TEXT_MAX),
    WIRE_FIELD_TEXT(enrolled, certificate, CERT_PEM_MAX),
    WIRE_FIELD_TEXT(enrolled, authority, CERT_PEM_MAX),
    WIRE_FIELD_LIST(enrolled, keys, KEYS_MAX, shape_key_bytes),
    WIRE_FIELD_TEXT(enrolled, agent_url, JOB_URL_MAX),
    TIME(enrolled, server_time),
};
const struct wire_shape shape_enrolled =
    WIRE_SHAPE_OF(enrolled, enrolled_fields);

/* --- check-in --------------------------------------------------------- */

static const struct wire_field checkin_fields[] = {
    NAME(checkin, agent_version),
    NAME(checkin, boot_id),
    TIME(checkin, boot_time),
    TIME(checkin, device_time),
    DIGEST_OR_NONE(checkin, inventory_digest),
    DIGEST_OR_NONE(checkin, acknowledged_digest),
    DIGEST_OR_NONE(checkin, content_digest),
    ID(checkin, policy_revision),
    AMOUNT(checkin, sessions),
    AMOUNT(checkin, unsent_results),
    WIRE_FIELD_TEXT(checkin, time_zone, JOB_ZONE_MAX),
    WIRE_FIELD_TEXT(checkin, download, DOWNLOAD_TEXT_MAX),
};
const struct wire_shape shape_checkin = WIRE_SHAPE_OF(checkin, checkin_fields);

static const struct wire_field checked_in_fields[] = {
    TIME(checked_in, server_time),
    WIRE_FIELD_I64(checked_in, interval_s, 1, 86400),
    WIRE_FIELD_BOOL(checked_in, send_inventory),
    WIRE_FIELD_BOOL(checked_in, whole_inventory),
    WIRE_FIELD_BOOL(checked_in, renew),
    DIGEST_OR_NONE(checked_in, content_digest),
    WIRE_FIELD_I64(checked_in, content_size, 0, (int64_t)1 << 40),
};
const struct wire_shape shape_checked_in =
    WIRE_SHAPE_OF(checked_in, checked_in_fields);

/* --- inventory -------------------------------------------------------- */

static const struct wire_field fact_os_fields[] = {
    NAME(fact_os, id),       NAME(fact_os, version_id), NAME(fact_os, name),
    NAME(fact_os, codename), NAME(fact_os, arch),       NAME(fact_os, kernel),
    NAME(fact_os, family),   NAME(fact_os, build),
};
static const struct wire_shape shape_fact_os =
    WIRE_SHAPE_OF(fact_os, fact_os_fields);

static const struct wire_field fact_hardware_fields[] = {
    NAME(fact_hardware, vendor),
    NAME(fact_hardware, model),
    NAME(fact_hardware, serial),
    NAME(fact_hardware, cpu),
    AMOUNT(fact_hardware, cpus),
    WIRE_FIELD_I64(fact_hardware, memory_mb, 0, (int64_t)1 << 40),
    WIRE_FIELD_I64(fact_hardware, disk_mb, 0, (int64_t)1 << 50),
    NAME(fact_hardware, virtualisation),
};
static const struct wire_shape shape_fact_hardware =
    WIRE_SHAPE_OF(fact_hardware, fact_hardware_fields);

static const struct wire_field fact_package_fields[] = {
    NAME(fact_package, name),       NAME(fact_package, evr),
    NAME(fact_package, arch),       NAME(fact_package, source),
    NAME(fact_package, source_evr), NAME(fact_package, key_id),
};
static const struct wire_shape shape_fact_package =
    WIRE_SHAPE_OF(fact_package, fact_package_fields);

static const struct wire_field fact_text_fields[] = {
    NAME(fact_text, text),
};
static const struct wire_shape shape_fact_text =
    WIRE_SHAPE_OF(fact_text, fact_text_fields);

static const struct wire_field fact_interface_fields[] = {
    NAME(fact_interface, name),
    NAME(fact_interface, mac),
    WIRE_FIELD_LIST(fact_interface, addresses, ADDRESSES_MAX, shape_fact_text),
};
static const struct wire_shape shape_fact_interface =
    WIRE_SHAPE_OF(fact_interface, fact_interface_fields);

static const struct wire_field fact_user_fields[] = {
    NAME(fact_user, name),
    NAME(fact_user, terminal),
    TIME(fact_user, since),
};
static const struct wire_shape shape_fact_user =
    WIRE_SHAPE_OF(fact_user, fact_user_fields);

static const struct wire_field inventory_fields[] = {
    DIGEST(inventory, digest),
    DIGEST_OR_NONE(inventory, base_digest),
    TIME(inventory, collected),
    NAME(inventory, hostname),
    NAME(inventory, manager),
    WIRE_FIELD_SHAPE(inventory, os, shape_fact_os),
    WIRE_FIELD_SHAPE(inventory, hardware, shape_fact_hardware),
    WIRE_FIELD_LIST(inventory, packages, PACKAGES_MAX, shape_fact_package),
    WIRE_FIELD_LIST(inventory, removed, PACKAGES_MAX, shape_fact_package),
    WIRE_FIELD_LIST(inventory, interfaces, INTERFACES_MAX,
                    shape_fact_interface),
    WIRE_FIELD_LIST(inventory, users, USERS_MAX, shape_fact_user),
    WIRE_FIELD_TEXT(inventory, errors, ERRORS_MAX),
};
const struct wire_shape shape_inventory =
    WIRE_SHAPE_OF(inventory, inventory_fields);

/* --- jobs and results ------------------------------------------------- */

static const struct wire_field signed_jobs_fields[] = {
    WIRE_FIELD_LIST(signed_jobs, jobs, JOBS_MAX, shape_signed_job),
};
const struct wire_shape shape_signed_jobs =
    WIRE_SHAPE_OF(signed_jobs, signed_jobs_fields);

static const struct wire_field job_event_fields[] = {
    WIRE_FIELD_I64(job_event, job, 1, ID_MAX),
    WIRE_FIELD_I64(job_event, state, JOB_STATE_TAKEN, JOB_STATE_SKIPPED),
    TIME(job_event, at),
    WIRE_FIELD_TEXT(job_event, text, AGENT_TEXT_MAX),
};
static const struct wire_shape shape_job_event =
    WIRE_SHAPE_OF(job_event, job_event_fields);

static const struct wire_field job_events_fields[] = {
    WIRE_FIELD_LIST(job_events, events, EVENTS_MAX, shape_job_event),
};
const struct wire_shape shape_job_events =
    WIRE_SHAPE_OF(job_events, job_events_fields);

static const struct wire_field results_fields[] = {
    WIRE_FIELD_EXACT(results, nonce, JOB_NONCE_BYTES),
    ID(results, job),
    WIRE_FIELD_SHAPE(results, terms, shape_run_terms),
    TIME(results, due),
    TIME(results, started),
    TIME(results, ended),
    WIRE_FIELD_I64(results, outcome, RUN_DONE, RUN_SKIPPED),
    WIRE_FIELD_TEXT(results, text, AGENT_TEXT_MAX),
    DIGEST_OR_NONE(results, content_digest),
    DIGEST_OR_NONE(results, inventory_digest),
    WIRE_FIELD_BYTES(results, verdicts, VERDICTS_MAX),
    WIRE_FIELD_BYTES(results, details, DETAILS_MAX),
};
const struct wire_shape shape_results = WIRE_SHAPE_OF(results, results_fields);

static const struct wire_field renew_fields[] = {
    WIRE_FIELD_TEXT(renew, csr, CERT_PEM_MAX),
};
const struct wire_shape shape_renew = WIRE_SHAPE_OF(renew, renew_fields);

static const struct wire_field renewed_fields[] = {
    WIRE_FIELD_TEXT(renewed, certificate, CERT_PEM_MAX),
    WIRE_FIELD_TEXT(renewed, authority, CERT_PEM_MAX),
};
const struct wire_shape shape_renewed = WIRE_SHAPE_OF(renewed, renewed_fields);

/* --- the digest of an inventory --------------------------------------- */

int package_cmp(const struct fact_package *a, const struct fact_package *b)
{
    int order = str_cmp(a->name, b->name);

    if (order == 0)
        order = str_cmp(a->arch, b->arch);
    if (order == 0)
        order = str_cmp(a->evr, b->evr);
    if (order == 0)
        order = str_cmp(a->source, b->source);
    if (order == 0)
        order = str_cmp(a->source_evr, b->source_evr);
    return order != 0 ? order : str_cmp(a->key_id, b->key_id);
}

static int compare(const void *a, const void *b)
{
    return package_cmp(a, b);
}

void packages_sort(struct wire_list *packages)
{
    if (packages->n > 1)
        qsort(packages->p, packages->n, sizeof(struct fact_package), compare);
}

/* Every value with its length before it, so that no two inventories are the
 * same bytes. */
static void add_number(struct digest *digest, uint64_t value)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    digest_add(digest, bytes, sizeof(bytes));
}

static void add_text(struct digest *digest, str text)
{
    add_number(digest, text.n);
    digest_add(digest, text.p, text.n);
}

/* Any struct whose table says where its members are. */
static void add_shape(struct digest *digest, const struct wire_shape *shape,
                      const void *value);

static void add_list(struct digest *digest, const struct wire_shape *shape,
                     const struct wire_list *list)
{
    add_number(digest, list->n);
    for (size_t i = 0; i < list->n; i++)
        add_shape(digest, shape, (const char *)list->p + i * shape->size);
}

static void add_shape(struct digest *digest, const struct wire_shape *shape,
                      const void *value)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct wire_field *field = &shape->fields[i];
        const void *at = (const char *)value + field->offset;

        if (field->type == WIRE_I64)
            add_number(digest, (uint64_t) * (const int64_t *)at);
        else if (field->type == WIRE_BOOL)
            add_number(digest, *(const bool *)at);
        else if (field->type == WIRE_SHAPE)
            add_shape(digest, field->of, at);
        else if (field->type == WIRE_LIST)
            add_list(digest, field->of, at);
        else
            add_text(digest, *(const str *)at);
    }
}

void inventory_digest(const struct inventory *whole,
                      uint8_t out[JOB_DIGEST_BYTES])
{
    struct inventory sorted = *whole;
    AUTO(mem_freep)
    struct fact_package *packages =
        mem_alloc(whole->packages.n + 1, sizeof(*packages));
    uint8_t bytes[DIGEST_BYTES_MAX];
    struct digest digest;

    if (whole->packages.n > 0)
        memcpy(packages, whole->packages.p,
               whole->packages.n * sizeof(*packages));
    sorted.packages.p = packages;
    packages_sort(&sorted.packages);
    sorted.digest = STR("");
    sorted.base_digest = STR("");
    sorted.collected = 0;
    sorted.removed = (struct wire_list){ NULL, 0 };
    sorted.users = (struct wire_list){ NULL, 0 };
    digest_init(&digest, DIGEST_SHA256);
    add_shape(&digest, &shape_inventory, &sorted);
    digest_bytes(&digest, bytes);
    memcpy(out, bytes, JOB_DIGEST_BYTES);
}

/* --- bodies ----------------------------------------------------------- */

int message_pack(const struct wire_shape *shape, const void *value,
                 struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf plain = BUF(AGENT_MESSAGE_MAX);
    int rc = wire_write(shape, value, &plain, err);

    if (rc == 0)
        rc = zpack_make(buf_str(&plain), out, err);
    return rc < 0 ? err_wrap(err, rc, "%s", shape->name) : 0;
}

/* The texts of the message point into a copy in the arena. */
int message_unpack(const struct wire_shape *shape, str body,
                   struct arena *arena, void *out, struct err *err)
{
    AUTO(buf_clear) struct buf plain = BUF(AGENT_MESSAGE_MAX);
    int rc;

    if (body.n > AGENT_BODY_MAX)
        return err_set(err, E_LIMIT, "%s: is larger than %d bytes", shape->name,
                       AGENT_BODY_MAX);
    rc = zpack_open(body, &plain, err);
    if (rc < 0)
        return err_wrap(err, rc, "%s", shape->name);
    return wire_read(shape, arena_str(arena, buf_str(&plain)), arena, out, err);
}
