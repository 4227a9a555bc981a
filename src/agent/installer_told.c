/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/installer_int.h"
#include "base/clock.h"
#include "base/utf8.h"

str installer_cut(struct installer *in, str text, size_t n)
{
    return utf8_cut(text, n, &in->arena);
}

static void add_outcome(struct installer *in, const struct choice *choice,
                        const struct install_update *update, int64_t state,
                        str text)
{
    if (in->outcomes.n >= PATCHING_OUTCOMES_MAX)
        return;
    *vec_push(&in->outcomes) = (struct patching_outcome){
        .patch = installer_cut(in, choice->patch, PATCHING_ID_MAX),
        .package = installer_cut(in, update->name, PATCHING_NAME_MAX),
        .from = installer_cut(in, update->installed, PATCHING_NAME_MAX),
        .to = installer_cut(in, update->candidate, PATCHING_NAME_MAX),
        .state = state,
        .at = clock_now(),
        .text = installer_cut(in, text, PATCHING_TEXT_MAX),
    };
}

static const struct install_change *find_change(
    const struct install_outcome *outcome, const struct install_update *update)
{
    for (size_t i = 0; i < outcome->change_count; i++) {
        if (str_eq(outcome->changes[i].name, update->name) &&
            str_eq(outcome->changes[i].arch, update->arch))
            return &outcome->changes[i];
    }
    return NULL;
}

static int64_t state_of(const struct install_change *change)
{
    switch (change->state) {
    case INSTALL_STAGED:
        return PATCHING_STAGED;
    case INSTALL_INSTALLED:
        return PATCHING_INSTALLED;
    case INSTALL_FAILED:
        return PATCHING_FAILED;
    case INSTALL_SKIPPED:
        return PATCHING_SKIPPED;
    default:
        return PATCHING_QUEUED;
    }
}

static str text_of(struct installer *in, const struct install_change *change)
{
    if (change->fault == INSTALL_FAULT_NONE)
        return change->text;
    return arena_printf(&in->arena, "%s: %" PRIstr,
                        install_fault_name(change->fault),
                        ARGstr(installer_cut(in, change->text, 2000)));
}

/* One for each package of each patch that was to be deployed. */
static void tell_changes(struct installer *in,
                         const struct install_outcome *outcome)
{
    in->outcomes.n = 0;
    for (size_t i = 0; i < in->choices.n; i++) {
        const struct choice *choice = &in->choices.p[i];

        for (size_t k = 0; choice->deploy && k < choice->update_count; k++) {
            const struct install_update *update = choice->updates[k];
            const struct install_change *change = find_change(outcome, update);

            if (update->held.n > 0)
                add_outcome(in, choice, update, PATCHING_SKIPPED,
                            arena_printf(&in->arena,
                                         "held on the machine: %" PRIstr,
                                         ARGstr(update->held)));
            else if (change != NULL)
                add_outcome(in, choice, update, state_of(change),
                            text_of(in, change));
        }
    }
}

/* What came along, of no patch that was selected (P-LNX-3). */
static void tell_others(struct installer *in,
                        const struct install_outcome *outcome)
{
    for (size_t i = 0; i < outcome->change_count; i++) {
        const struct install_change *change = &outcome->changes[i];

        if (change->asked || in->outcomes.n >= PATCHING_OUTCOMES_MAX)
            continue;
        *vec_push(&in->outcomes) = (struct patching_outcome){
            .patch =
                arena_printf(&in->arena, "%" PRIstr "=%" PRIstr,
                             ARGstr(installer_cut(in, change->name, 100)),
                             ARGstr(installer_cut(in, change->after, 100))),
            .package = installer_cut(in, change->name, PATCHING_NAME_MAX),
            .from = installer_cut(in, change->before, PATCHING_NAME_MAX),
            .to = installer_cut(in, change->after, PATCHING_NAME_MAX),
            .state = state_of(change),
            .at = clock_now(),
            .text = change->fault != INSTALL_FAULT_NONE
                        ? text_of(in, change)
                        : STR("needed by what was deployed"),
        };
    }
}

/* Which source served (K-DEP-2, X-5). */
static void note_sources(struct installer *in,
                         const struct install_outcome *outcome,
                         struct buf *text)
{
    if (outcome->shared.n > 0)
        buf_printf(text, "%zu archives came from %" PRIstr "\n",
                   outcome->shared.n,
                   ARGstr(installer_cut(in, in->policy.download_url, 300)));
    if (outcome->unshared.n > 0)
        buf_printf(text,
                   "%" PRIstr " did not serve all, the repositories did: "
                   "%" PRIstr "\n",
                   ARGstr(installer_cut(in, in->policy.download_url, 300)),
                   ARGstr(installer_cut(in, outcome->unshared.p[0], 400)));
}

static void note_texts(struct installer *in,
                       const struct install_outcome *outcome)
{
    AUTO(buf_clear) struct buf text = BUF(PATCHING_TEXT_MAX - 100);

    if (outcome->recovered.n > 0)
        buf_printf(&text, "recovered first: %" PRIstr "\n",
                   ARGstr(installer_cut(in, outcome->recovered, 800)));
    if (outcome->text.n > 0)
        buf_printf(&text, "%s: %" PRIstr "\n",
                   install_fault_name(outcome->fault),
                   ARGstr(installer_cut(in, outcome->text, 1500)));
    note_sources(in, outcome, &text);
    for (size_t i = 0; i < outcome->kept.n && text.n < 3000; i++)
        buf_printf(&text, "%s%" PRIstr,
                   i == 0 ? "changed configuration files were kept: " : ", ",
                   ARGstr(installer_cut(in, outcome->kept.p[i], 200)));
    in->results.text =
        arena_str(&in->arena, installer_cut(in, str_trim(buf_str(&text)),
                                            PATCHING_TEXT_MAX));
}

void installer_tell(struct installer *in, const struct install_outcome *outcome,
                    bool others)
{
    tell_changes(in, outcome);
    if (others)
        tell_others(in, outcome);
    note_texts(in, outcome);
}
