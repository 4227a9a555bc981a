/* SPDX-License-Identifier: Apache-2.0
 *
 * XCCDF 1.1 and 1.2 (NISTIR 7275): a benchmark as it stands in its document.
 * Groups and rules are one preorder array, in which item 0 is the benchmark
 * itself; what an item has several of are lists in document order. References
 * are ids, looked up by xccdf_find_item() and its kin: content may refer to
 * what is not there.
 *
 * Prose is plain text; where it names a value (<sub idref>), the id stands
 * between XCCDF_SUB_BEGIN and XCCDF_SUB_END, for xccdf_expand().
 *
 * Ownership: a benchmark lives as long as the struct scap it was read with.
 */
#ifndef SCAP_XCCDF_H
#define SCAP_XCCDF_H

#include "base/map.h"
#include "base/vec.h"
#include "scap/cpe.h"

#define XCCDF_NONE UINT32_MAX
#define XCCDF_SUB_BEGIN '\x01'
#define XCCDF_SUB_END '\x02'

enum xccdf_result { /* the nine of XCCDF (K-SCAP-12) */
    XCCDF_PASS,
    XCCDF_FAIL,
    XCCDF_ERROR,
    XCCDF_UNKNOWN,
    XCCDF_NOTAPPLICABLE,
    XCCDF_NOTCHECKED,
    XCCDF_NOTSELECTED,
    XCCDF_INFORMATIONAL,
    XCCDF_FIXED,
    XCCDF_RESULTS
};

enum xccdf_severity {
    XCCDF_SEVERITY_UNKNOWN,
    XCCDF_SEVERITY_INFO,
    XCCDF_SEVERITY_LOW,
    XCCDF_SEVERITY_MEDIUM,
    XCCDF_SEVERITY_HIGH,
    XCCDF_SEVERITIES
};

enum xccdf_role {
    XCCDF_ROLE_FULL,
    XCCDF_ROLE_UNSCORED,
    XCCDF_ROLE_UNCHECKED,
    XCCDF_ROLES
};

/* The XML spelling, and back; ..._of() gives the number of values for any
 * other text. */
const char *xccdf_result_text(enum xccdf_result value);
enum xccdf_result xccdf_result_of(str text);
const char *xccdf_severity_text(enum xccdf_severity value);
enum xccdf_severity xccdf_severity_of(str text);
const char *xccdf_role_text(enum xccdf_role value);
enum xccdf_role xccdf_role_of(str text);

/* A text with an attribute or two: idents (a: system), references (a: href),
 * platforms and models (text only), statuses (a: date), fixes (text: id, a:
 * system), requirements (text: ids, each of which is enough). */
struct xccdf_note {
    struct xccdf_note *next;
    str text;
    str a;
};

struct xccdf_export {
    struct xccdf_export *next;
    str value; /* id of the Value */
    str name;  /* of the variable in the check's own language */
};

struct xccdf_content {
    struct xccdf_content *next;
    str href;
    str name; /* empty: all that is in the document */
};

struct xccdf_check { /* check, or complex-check with children */
    struct xccdf_check *next;
    struct xccdf_check *children;
    bool complex_;
    bool or_; /* of a complex one; otherwise AND */
    bool negate;
    bool multi;
    bool has_content; /* check-content: written into the benchmark */
    str id;
    str system;
    str selector;
    struct xccdf_export *exports;
    struct xccdf_content *contents;
};

enum xccdf_kind {
    XCCDF_BENCHMARK,
    XCCDF_GROUP,
    XCCDF_RULE
};

enum { /* xccdf_item.given: for what a rule takes over by `extends` */
    XCCDF_HAS_WEIGHT = 1,
    XCCDF_HAS_ROLE = 2,
    XCCDF_HAS_SEVERITY = 4,
    XCCDF_HAS_SELECTED = 8
};

struct xccdf_item {
    uint8_t kind; /* enum xccdf_kind */
    bool selected;
    bool hidden;
    bool abstract_;
    uint8_t role;     /* enum xccdf_role */
    uint8_t severity; /* enum xccdf_severity */
    uint8_t given;
    double weight;
    uint32_t parent; /* XCCDF_NONE of item 0 */
    uint32_t end;    /* behind the last descendant */
    uint32_t line;
    str id;
    str cluster;
    str extends;
    str title;
    str description;
    str rationale;
    str warning;
    str fixtext;
    str version;
    struct xccdf_note *requires_;
    struct xccdf_note *conflicts;
    struct xccdf_note *platforms;
    struct xccdf_note *idents;
    struct xccdf_note *references;
    struct xccdf_note *fixes;
    struct xccdf_check *checks;
};

struct xccdf_instance { /* <value selector>, <complex-value selector> */
    struct xccdf_instance *next;
    str selector;
    struct xccdf_note *values; /* one; any number of a complex one */
};

struct xccdf_value {
    str id;
    str title;
    str cluster;
    str extends;
    str type;      /* string, number, boolean */
    str operator_; /* as stated */
    uint32_t line;
    struct xccdf_instance *instances;
};

enum xccdf_setting_kind {
    XCCDF_SELECT,
    XCCDF_SET_VALUE,
    XCCDF_REFINE_VALUE,
    XCCDF_REFINE_RULE
};

struct xccdf_setting {
    struct xccdf_setting *next;
    uint8_t kind; /* enum xccdf_setting_kind */
    bool selected;
    uint8_t given; /* XCCDF_HAS_... */
    uint8_t role;
    uint8_t severity;
    double weight;
    str idref; /* an id, or a cluster's */
    str selector;
    struct xccdf_note *values; /* of set-value */
};

struct xccdf_profile {
    struct xccdf_profile *next;
    str id;
    str title;
    str description;
    str extends;
    bool abstract_;
    bool prohibit_changes;
    uint32_t line;
    struct xccdf_note *platforms;
    struct xccdf_setting *settings;
};

struct xccdf_plain { /* plain-text, which <sub> may name */
    struct xccdf_plain *next;
    str id;
    str text;
};

struct xccdf_benchmark {
    str version_of_xccdf; /* "1.1", "1.2" */
    str version;
    struct xccdf_note *statuses;
    struct xccdf_note *models;
    VEC(struct xccdf_item) items;
    VEC(struct xccdf_value) values;
    struct xccdf_profile *profiles;
    struct cpe_platform *platforms;
    struct xccdf_plain *plains;
    struct map item_ids;  /* index into items */
    struct map value_ids; /* index into values */
    uint32_t rule_count;
};

struct xccdf_tailoring {
    str id;
    str version;
    str benchmark; /* href, as stated */
    struct xccdf_profile *profiles;
};

uint32_t xccdf_find_item(const struct xccdf_benchmark *b, str id);
uint32_t xccdf_find_value(const struct xccdf_benchmark *b, str id);

/* The profile called id: the whole id, or how it ends behind "_profile_". */
const struct xccdf_profile *xccdf_find_profile(
    const struct xccdf_profile *profiles, str id);

/* The last of the statuses: what holds now. STR_NONE: not stated. */
str xccdf_status(const struct xccdf_benchmark *b);

#endif
