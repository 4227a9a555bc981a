/* SPDX-License-Identifier: Apache-2.0
 *
 * The risk data of a command: where they lie, and what they say to the OVAL
 * library, which knows nothing of them.
 *
 * The file is risk.data in the directory of installed content. That there is
 * none is no error. When it is damaged, a warning on standard error says so
 * once, and findings stay without what it held.
 */
#ifndef CLI_RISKS_H
#define CLI_RISKS_H

#include "base/arena.h"
#include "cli/cli.h"
#include "content/rater.h"

#define RISKS_OPTION                                                           \
    {                                                                          \
        "risk", 0, "FILE",                                                     \
            "Use the risk data in FILE instead of the system's; 'none': use "  \
            "none"                                                             \
    }

struct risks {
    struct content_rater *rater; /* NULL: there are no data */
    bool warned;
};

/* The file below dir; NULL: the default directory of content. */
const char *risks_path(struct arena *arena, const char *dir);

/* Opens the file below dir; NULL: below the default directory, or else the
 * system's. E_ABSENT when there is none. */
int risks_open_data(struct arena *arena, const char *dir,
                    struct risk_data **out, struct err *err) MUST_CHECK;

/* given: a file, "none", or NULL for the one below dir. A file that was given
 * must be usable. */
int risks_open(struct risks *risks, const char *given, const char *dir,
               struct err *err) MUST_CHECK;
void risks_close(struct risks *risks);

/* For struct oval_report; NULL when there are no risk data. */
const struct oval_rater *risks_rater(const struct risks *risks);

#endif
