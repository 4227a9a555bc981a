/* SPDX-License-Identifier: Apache-2.0
 *
 * Which advisories an update of one package closes: what makes a list of
 * missing packages a list of patches with type, severity and vulnerabilities
 * (P-LNX-6, D-24). Pure.
 */
#ifndef ADVISORY_FACTS_H
#define ADVISORY_FACTS_H

#include "advisory/data.h"

struct advisory_update {
    str release;   /* "debian:12"; advisory/release.h */
    str package;   /* binary package */
    str source;    /* its source package; empty: the same name */
    str arch;      /* empty: any */
    str installed; /* version */
    str candidate; /* the version it would become */
    /* Versions of the source package where they are not the same; or empty. */
    str source_installed;
    str source_candidate;
};

typedef int advisory_fn(void *ctx, const struct advisory *advisory,
                        const struct advisory_item *item, struct err *err);

/* Calls fn once for each advisory that has a fixed version of the package
 * above the installed one and not above the candidate. A version that cannot
 * be compared is no match. 0, or what fn returned. */
int advisory_facts(const struct advisory_data *data,
                   const struct advisory_update *update, advisory_fn *fn,
                   void *ctx, struct err *err) MUST_CHECK;

/* Do two sources not say the same of one package in one release? They differ in
 * the status, or in the version that has the fix; a version that is not stated
 * is no other one. */
bool advisory_disputes(const struct advisory_statement *a,
                       const struct advisory_statement *b);

/* What is stated of one vulnerability for one installed package, over all
 * sources. The status of the best rank, among equals of the later day; the
 * others differ when `disputed`. */
struct advisory_verdict {
    enum advisory_status status; /* FIXED: this version has the fix */
    bool disputed;
    struct advisory_statement by;
};

/* 0, or 1 when nothing is stated of it. */
int advisory_verdict(const struct advisory_data *data, str vulnerability,
                     const struct advisory_update *update,
                     struct advisory_verdict *out, struct err *err) MUST_CHECK;

#endif
