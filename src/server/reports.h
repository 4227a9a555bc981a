/* SPDX-License-Identifier: Apache-2.0
 *
 * What the catalogue and the reports share: risk data, and the definitions of
 * some contents with the counts that one asker may see (claim 24).
 *
 * Counts come from the assessor for what is active, and from the stored
 * findings for older content and for one run (D-35: history stays, only the
 * page begins anew with each content version).
 */
#ifndef SERVER_REPORTS_H
#define SERVER_REPORTS_H

#include "oval/finding.h"
#include "server/assessor.h"
#include "server/listing.h"

struct rater;
struct risk_data;
struct delivery;
struct exposures;
struct helper;

struct reports {
    struct core *core;
    char *data_dir; /* risk.data, content/DIGEST.pack */
    struct rater *rater;
    struct exposures *exposures; /* server/exposure.h */
    struct loop_watch *timer;    /* deliveries, the daily report */
    bool runs;                   /* the timer is wanted; not in unit tests */
    struct helper *printer;      /* server/print.h; NULL: not started */
    struct delivery *delivery;   /* what is being sent; deliver.c */
    struct arena arena;          /* its texts */
};
/* core->db and core->loop are set. Sets core->reports. */
void reports_start(struct core *core, str data_dir);
void reports_stop(struct core *core);
/* From now on what is due is sent, by a timer. */
void reports_run(struct core *core);
/* One look at time `now`: what came due is sent, one at a time. */
int reports_look(struct core *core, int64_t now, struct err *err) MUST_CHECK;
void reports_look_soon(struct core *core);
void deliveries_stop(struct core *core);

/* --- Risk data ----------------------------------------------------------- */

/* DIR/risk.data, opened again when the file is another one; no such file is
 * no error. */
struct rater *rater_new(const char *dir);
void rater_free(struct rater *rater);
/* NULL: nothing is known. Valid until the next call. */
const struct oval_rater *rater_use(struct rater *rater);
/* The same data as they are; NULL: there are none. */
struct risk_data *rater_data(struct rater *rater);
/* Grows whenever those data are other ones. */
uint64_t rater_version(struct rater *rater);

/* --- Definitions and counts ---------------------------------------------- */

/* One content as one asker sees it. */
struct shelf {
    struct content content;
    const struct assessed *assessed; /* NULL: not active any more */
    const struct oval_content *pack;
    struct oval_content *own; /* the pack, when it is not the assessor's */
    struct oval_fleet_counts *counts; /* a definition each; shelf_counts() */
    int64_t devices;                  /* that the counts are of */
    int64_t last;                     /* the newest result of them; or 0 */
    struct oval_source *source;       /* for reading definitions */
    struct oval_eval *eval;
};
struct library {
    struct core *core;
    const struct scope *scope;
    struct visible *visible;
    int64_t run; /* 0: the newest results */
    VEC(struct shelf) shelves;
    struct oval_finding finding; /* scratch of library_read() */
};

/* Every active content, or the one named by `content` (0: all), active or
 * not; with a run, the contents of its results. E_ABSENT. The scope is
 * borrowed. */
int library_open(struct core *core, const struct scope *scope,
                 struct library *out, struct err *err) MUST_CHECK;
int library_open_content(struct core *core, const struct scope *scope,
                         int64_t content, struct library *out,
                         struct err *err) MUST_CHECK;
int library_open_run(struct core *core, const struct scope *scope, int64_t run,
                     struct library *out, struct err *err) MUST_CHECK;
/* One more, active or not, unless it is there. E_ABSENT: its pack is not kept
 * any more. */
int library_add_content(struct library *library, int64_t content,
                        struct err *err) MUST_CHECK;
void library_close(struct library *library);

/* Fills counts and `last`. */
int library_count(struct library *library, struct err *err) MUST_CHECK;

/* Everything that is known of one definition, without a device; valid until
 * the next call. */
const struct oval_finding *library_read(struct library *library, size_t shelf,
                                        uint32_t definition, struct err *err);

/* The counts of one definition by meaning. Error and unknown stand apart,
 * always (K-OV-12). */
struct tally {
    int64_t affected; /* what is bad: vulnerable, not compliant */
    int64_t good;
    int64_t errors;
    int64_t unknown;
    int64_t not_applicable;
    int64_t not_evaluated;
    int64_t nothing; /* decided, but without a judgement (inventory) */
    int64_t tested;  /* decided, error and unknown */
};
struct tally tally_of(enum oval_class class_,
                      const struct oval_fleet_counts *counts);

/* --- Texts of definitions ------------------------------------------------ */

#define NOT_STATED STR("not stated")
/* The class and the severity, the CVEs and references as the API says them. */
str stated(str text); /* "not stated" for an empty text (D-33) */
struct jval *severity_json(const struct oval_finding *finding);
struct jval *cves_json(const struct oval_finding *finding);
struct jval *references_json(const struct oval_finding *finding);
struct jval *fixes_json(const struct oval_finding *finding);
/* What risk data say of its CVEs; an array. */
struct jval *ratings_json(const struct oval_finding *finding);
struct jval *content_json(const struct content *content);
/* "d-17": the id that the inventory gives a device (K-CMP-2). */
str inventory_id(struct arena *arena, int64_t device);

/* The six classes (K-OV-8) and the six results (K-OV-11) as words of a
 * field table. */
#define CLASS_WORDS                                                            \
    "compliance|inventory|miscellaneous|patch|vulnerability|deprecated"
#define RESULT_WORDS "true|false|unknown|error|not evaluated|not applicable"
extern const struct field severity_fields[];
extern const struct field reference_fields[];
extern const struct field fix_fields[];
extern const struct field content_ref_fields[];

#endif
