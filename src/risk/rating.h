/* SPDX-License-Identifier: Apache-2.0
 *
 * The open rating of a CVE: how urgent it is, from 0.0 to 10.0, by a formula
 * that anyone can follow (docs/risk.md) from CVSS, EPSS, KEV and how far
 * exploitation has come. Whole tenths, so that comparing is exact. Pure.
 *
 * Every input is shown with its source, its date and whether it is stale; an
 * input that was looked for and not found is told apart from one that was not
 * looked for (P-RSK-8, P-RSK-9). What is not known never lowers the rating.
 */
#ifndef RISK_RATING_H
#define RISK_RATING_H

#include "risk/data.h"

enum {
    RISK_RATING_MAX = 100,
    RISK_STALE_DAYS = 30, /* unless the caller says otherwise */
};

enum risk_input_state {
    RISK_STATED,      /* the source says something of this CVE */
    RISK_SILENT,      /* it was asked, and says nothing */
    RISK_NOT_CHECKED, /* no such source was imported */
    RISK_UNAVAILABLE, /* it was imported, and cannot be read */
};
const char *risk_input_state_text(enum risk_input_state state);

struct risk_input {
    enum risk_input_state state;
    str source;
    str date;   /* as the source states it; empty: not stated */
    bool stale; /* its date, or else its import, is too long ago */
};

struct risk_rating {
    bool rated;        /* else nothing is known that could be rated */
    bool stale;        /* one of the inputs that it rests on is */
    unsigned tenths;   /* the rating */
    unsigned cvss;     /* S of the formula, in tenths */
    bool cvss_assumed; /* a threat without a score */
    bool threat_known;
    unsigned threat; /* T of the formula, 0 to 100 */
    bool exploited;
    const char *reason; /* which line of the formula decided */
    struct risk_input inputs[RISK_KINDS];
    struct risk facts;
};

struct risk_clock {
    uint16_t today; /* risk/cve.h */
    unsigned stale_days;
};

/* data NULL: nothing was imported; unavailable: what was imported cannot be
 * read. Texts are data's. */
int risk_rate(struct risk_data *data, str cve, const struct risk_clock *clock,
              struct risk_rating *out, struct err *err) MUST_CHECK;
/* The same when the data could not be opened. */
void risk_rate_unavailable(struct risk_rating *out);

/* The formula alone, of facts. */
void risk_rate_facts(const struct risk *facts, struct risk_rating *out);

/* P-RSK-7: 9.0 critical, 7.0 high, 4.0 medium, 0.1 low. */
enum cvss_rating risk_rating_group(unsigned tenths);

#endif
