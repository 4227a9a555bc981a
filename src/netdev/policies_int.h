/* SPDX-License-Identifier: Apache-2.0
 *
 * Forms of commands. A form is the command with its words; what differs from
 * device to device stands in braces, with a name and the kind of text:
 *
 *     ip address {address:ip} {mask:ip} [secondary]
 *
 *     {name}      a word              {name:n}    a number
 *     {name:ip}   an address, IPv4 or IPv6
 *     {name:net}  an address with the length of its prefix
 *     {name:a|b}  one of these words  {name*}     the rest of the line
 *     [word {x}]  may be left out; a group without a value is one itself, with
 *                 its words for a name. Groups do not hold groups.
 *
 * "no " may stand before each form, and before the words that it begins with.
 * The first row that fits holds, so what is special stands above what is
 * general.
 */
#ifndef NETDEV_POLICIES_INT_H
#define NETDEV_POLICIES_INT_H

#include "netdev/policies.h"

struct policy_row {
    unsigned syntaxes; /* bits of enum syntax */
    const char *area;
    const char *in;    /* sections that it may stand in, separated by '|';
                          NULL: in none */
    const char *form;  /* NULL ends the table */
    const char *opens; /* the section that it begins; NULL: none */
};

/* policies_ios.c, policies_ios_more.c, policies_asa.c, policies_other.c; NULL
 * ends the list. */
extern const struct policy_row *const policy_tables[];
extern const struct policy_row policy_rows_ios[];
extern const struct policy_row policy_rows_ios_more[];
extern const struct policy_row policy_rows_asa[];
extern const struct policy_row policy_rows_other[];

enum policy_part_kind {
    PART_WORD,
    PART_VALUE,
    PART_REST,
    PART_FLAG,
    PART_OPEN, /* of a group with a value; `slot` is its first */
    PART_CLOSE,
};
struct policy_part {
    enum policy_part_kind kind;
    str text; /* the word, the name, or the words of a flag */
    str type; /* of a value; empty: a word */
    uint8_t slot;
    uint8_t skip; /* PART_OPEN: the part behind the group */
};

struct policy_shape {
    const struct policy_row *row;
    str head; /* the words that it begins with */
    struct policy_part *parts;
    size_t n;
    size_t slots;
};

/* The row as parts, in the arena. */
void policy_shape_make(const struct policy_row *row, struct arena *arena,
                       struct policy_shape *out);
/* Whether the line has this form; values[] has a text a slot then. */
bool policy_shape_match(const struct policy_shape *shape, str line,
                        str values[POLICY_VALUES_MAX]);
/* Whether the part takes this text. */
bool policy_part_takes(const struct policy_part *part, str text);
/* Finds the form of policy->text in a section (NULL: none); then its kind,
 * shape and values are set. */
bool policy_find_form(struct policies *policies, const char *section,
                      struct config_policy *policy);
/* Appends the command. */
void policy_shape_write(const struct config_policy *policy, struct buf *out);

#endif
