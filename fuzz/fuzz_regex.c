/* SPDX-License-Identifier: Apache-2.0
 *
 * The first byte is flags, the first line a pattern, the rest a subject. A
 * search ends soon, and its groups lie in the subject. What matches could
 * begin as it does.
 */
#include "base/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_groups(const struct regex_groups *groups, str subject)
{
    if (groups->n < 1 || groups->n > REGEX_GROUPS_MAX)
        abort();
    for (unsigned i = 0; i < groups->n; i++) {
        str group = groups->group[i];

        if (group.p != NULL &&
            (group.p < subject.p || group.p + group.n > subject.p + subject.n))
            abort();
    }
}

static void check_beginnings(struct regex *regex, str subject)
{
    for (size_t n = 1; n <= subject.n && n < 64; n++)
        if (!regex_can_begin(regex, str_sub(subject, 0, n)))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = { (const char *)data + 1, size - 1 };
    AUTO(regex_freep) struct regex *regex = NULL;
    struct regex_groups groups;
    size_t from = 0;
    str pattern;

    if (size == 0)
        return 0;
    pattern = str_cut(&text, '\n');
    if (regex_compile(pattern, data[0] & 7, &regex, NULL) < 0)
        return 0;
    for (int i = 0; i < 3; i++) {
        int rc = regex_match(regex, text, from, &groups, NULL);

        if (rc != 1)
            break;
        check_groups(&groups, text);
        if (i == 0)
            check_beginnings(regex, text);
        from =
            groups.group[0].p == NULL
                ? text.n
                : (size_t)(groups.group[0].p + groups.group[0].n - text.p) + 1;
    }
    return 0;
}
