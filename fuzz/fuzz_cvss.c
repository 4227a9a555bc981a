/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a CVSS vector, a score, a CVE id and a date.
 */
#include <assert.h>

#include "risk/cve.h"
#include "risk/cvss.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t seen;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = { (const char *)data, size };
    char space[CVE_TEXT_SIZE];
    char day_space[DAY_TEXT_SIZE];
    struct cvss_scores scores;
    struct cvss cvss;
    unsigned tenths;
    uint64_t key;
    uint16_t day;

    if (cvss_parse(text, &cvss, NULL) == 0) {
        cvss_score(&cvss, &scores);
        assert(scores.base <= CVSS_SCORE_MAX &&
               scores.temporal <= CVSS_SCORE_MAX &&
               scores.environmental <= CVSS_SCORE_MAX);
    }
    if (cvss_score_parse(text, &tenths, NULL) == 0)
        assert(tenths <= CVSS_SCORE_MAX);
    if (cve_parse(text, &key, NULL) == 0)
        assert(str_eq(cve_text(key, space), text));
    if (day_parse(text, &day, NULL) == 0)
        assert(str_starts(text, day_text(day, day_space)));
    seen += size;
    return 0;
}
