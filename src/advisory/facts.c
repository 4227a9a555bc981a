/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/facts.h"

#include "advisory/release.h"
#include "base/vec.h"

/* The versions that an item is compared with: of the binary package, or of
 * the source package it came from. */
struct versions {
    str installed;
    str candidate;
};

static struct versions versions_of(const struct advisory_update *update,
                                   bool source_package)
{
    struct versions v = { update->installed, update->candidate };

    if (!source_package)
        return v;
    if (update->source_installed.n > 0)
        v.installed = update->source_installed;
    if (update->source_candidate.n > 0)
        v.candidate = update->source_candidate;
    return v;
}

/* What states no release is of a repository of rpm packages: names of other
 * systems' packages mean something else there. */
static bool is_for(const struct advisory_item *item, str release)
{
    return item->release.n > 0 ? release_covers(item->release, release)
                               : release_family_of(release) == RELEASE_RPM;
}

static bool concerns(const struct advisory_item *item,
                     const struct advisory_update *update)
{
    str source = update->source.n > 0 ? update->source : update->package;

    return is_for(item, update->release) &&
           (item->arch.n == 0 || update->arch.n == 0 ||
            str_eq(item->arch, update->arch) ||
            str_eq(item->arch, STR("noarch"))) &&
           str_eq(item->package,
                  item->source_package ? source : update->package);
}

/* a < b; false when they have no order. */
static bool older(str release, str a, str b)
{
    int order;

    return release_version_order(release, a, b, &order, NULL) == 0 && order < 0;
}

/* --- Advisories that an update closes. --- */

struct closing {
    const struct advisory_data *data;
    const struct advisory_update *update;
    advisory_fn *fn;
    void *ctx;
    VEC(uint32_t) seen;
};

static bool is_seen(struct closing *closing, uint32_t at)
{
    for (size_t i = 0; i < closing->seen.n; i++) {
        if (closing->seen.p[i] == at)
            return true;
    }
    *vec_push(&closing->seen) = at;
    return false;
}

static int on_closing(void *ctx, const struct advisory_statement *statement,
                      struct err *err)
{
    struct closing *closing = ctx;
    const struct advisory_item *item = &statement->item;
    const struct advisory_update *update = closing->update;
    struct versions v = versions_of(update, item->source_package);
    struct advisory advisory;

    if (statement->advisory_at == ADVISORY_NONE ||
        item->status != ADVISORY_FIXED || item->version.n == 0 ||
        !concerns(item, update) ||
        !older(update->release, v.installed, item->version) ||
        older(update->release, v.candidate, item->version) ||
        is_seen(closing, statement->advisory_at) ||
        !advisory_data_at(closing->data, statement->advisory_at, &advisory))
        return 0;
    return closing->fn(closing->ctx, &advisory, item, err);
}

int advisory_facts(const struct advisory_data *data,
                   const struct advisory_update *update, advisory_fn *fn,
                   void *ctx, struct err *err)
{
    struct closing closing = { data, update, fn, ctx, { 0 } };
    int rc = advisory_data_package(data, update->package, STR(""), on_closing,
                                   &closing, err);

    if (rc == 0 && update->source.n > 0 &&
        !str_eq(update->source, update->package))
        rc = advisory_data_package(data, update->source, STR(""), on_closing,
                                   &closing, err);
    vec_clear(&closing.seen);
    return rc;
}

/* --- One vulnerability of one package. --- */

bool advisory_disputes(const struct advisory_statement *a,
                       const struct advisory_statement *b)
{
    const struct advisory_item *x = &a->item;
    const struct advisory_item *y = &b->item;

    return a->source != b->source &&
           str_eq(a->vulnerability, b->vulnerability) &&
           str_eq(x->package, y->package) && str_eq(x->release, y->release) &&
           (x->status != y->status || (!str_eq(x->version, y->version) &&
                                       x->version.n > 0 && y->version.n > 0));
}

struct judging {
    const struct advisory_data *data;
    const struct advisory_update *update;
    struct advisory_verdict verdict;
    enum advisory_rank rank;
    bool found;
};

/* What a statement means for the installed version. */
static enum advisory_status status_for(const struct advisory_item *item,
                                       const struct advisory_update *update)
{
    str installed = versions_of(update, item->source_package).installed;
    str release = update->release;

    if (item->from.n > 0 && older(release, installed, item->from))
        return ADVISORY_NOT_AFFECTED;
    if (item->status == ADVISORY_FIXED && item->version.n > 0 &&
        older(release, installed, item->version))
        return ADVISORY_AFFECTED;
    if (item->last_affected && older(release, item->version, installed))
        return ADVISORY_NOT_AFFECTED;
    return item->status;
}

static bool is_harmless(enum advisory_status status)
{
    return status == ADVISORY_FIXED || status == ADVISORY_NOT_AFFECTED;
}

static int on_judging(void *ctx, const struct advisory_statement *statement,
                      struct err *err)
{
    struct judging *j = ctx;
    struct advisory_verdict *verdict = &j->verdict;
    struct advisory_source source;
    enum advisory_status status;
    bool better;

    (void)err;
    if (!concerns(&statement->item, j->update) ||
        !advisory_data_source(j->data, statement->source, &source))
        return 0;
    status = status_for(&statement->item, j->update);
    better =
        !j->found || source.rank < j->rank ||
        (source.rank == j->rank && statement->item.day > verdict->by.item.day);
    if (j->found && is_harmless(status) != is_harmless(verdict->status))
        verdict->disputed = true;
    if (better) {
        verdict->status = status;
        verdict->by = *statement;
        j->rank = source.rank;
    }
    j->found = true;
    return 0;
}

int advisory_verdict(const struct advisory_data *data, str vulnerability,
                     const struct advisory_update *update,
                     struct advisory_verdict *out, struct err *err)
{
    struct judging j = { .data = data, .update = update };
    int rc =
        advisory_data_vulnerability(data, vulnerability, on_judging, &j, err);

    if (rc < 0)
        return rc;
    if (!j.found)
        return 1;
    *out = j.verdict;
    return 0;
}
