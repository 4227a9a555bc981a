/* SPDX-License-Identifier: Apache-2.0
 *
 * The metrics of each version, as indexes into cvss.value: the base metrics
 * first, in the order of the tables in cvss.c.
 */
#ifndef RISK_CVSS_INT_H
#define RISK_CVSS_INT_H

#include "risk/cvss.h"

enum { /* of 2.0 */
    V2_AV,
    V2_AC,
    V2_AU,
    V2_C,
    V2_I,
    V2_A,
    V2_E,
    V2_RL,
    V2_RC,
    V2_CDP,
    V2_TD,
    V2_CR,
    V2_IR,
    V2_AR,
};

enum { /* of 3.0 and 3.1 */
    V3_AV,
    V3_AC,
    V3_PR,
    V3_UI,
    V3_S,
    V3_C,
    V3_I,
    V3_A,
    V3_E,
    V3_RL,
    V3_RC,
    V3_CR,
    V3_IR,
    V3_AR,
    V3_MAV, /* the modified base metrics, in the order of the base metrics */
};

enum { /* of 4.0 */
    V4_AV,
    V4_AC,
    V4_AT,
    V4_PR,
    V4_UI,
    V4_VC,
    V4_VI,
    V4_VA,
    V4_SC,
    V4_SI,
    V4_SA,
    V4_E,
    V4_CR,
    V4_IR,
    V4_AR,
    V4_MAV, /* the modified base metrics, in the order of the base metrics */
    V4_MSI = V4_MAV + V4_SI,
    V4_MSA = V4_MAV + V4_SA,
};

void cvss_score_2(const struct cvss *cvss, struct cvss_scores *out);
void cvss_score_3(const struct cvss *cvss, struct cvss_scores *out);
void cvss_score_4(const struct cvss *cvss, struct cvss_scores *out);

#endif
