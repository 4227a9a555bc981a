/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/reboot.h"

#include "patch/fields_int.h"

#define AT(member) offsetof(struct patch_reboot_request, member)

static const char *const levels[] = { "advised", "mandatory", "critical",
                                      NULL };

/* clang-format off */
static const struct patch_field fields[] = {
    { "level", FIELD_NAME, AT(level), .names = levels },
    { "at", FIELD_INSTANT, AT(at) },
    { "requester", FIELD_TEXT, AT(requester), 0, PATCH_TEXT_MAX },
    { "reason", FIELD_TEXT, AT(reason), 0, PATCH_TEXT_MAX },
    { "extended_s", FIELD_COUNT, AT(extended_s),
      0, PATCH_MINUTES_MAX * 60 },
    { "timeout_cancelled", FIELD_BOOL, AT(is_timeout_cancelled) },
    { "reboot_cancelled", FIELD_BOOL, AT(is_reboot_cancelled) },
    { NULL },
};
/* clang-format on */

enum patch_reboot_outcome patch_reboot_after(
    const struct patch_reboot *reboot, enum patch_os os,
    const struct patch_reboot_facts *facts)
{
    bool is_needed = facts->is_required && facts->deployed > 0;

    if (os == PATCH_MACOS && facts->is_os_update)
        return PATCH_REBOOT_REQUEST; /* P-RBT-5 */
    if (facts->deployed > 0 && reboot->after == PATCH_AFTER_ALWAYS)
        return PATCH_REBOOT_REQUEST;
    if (is_needed && reboot->after == PATCH_AFTER_IF_REQUIRED)
        return PATCH_REBOOT_REQUEST;
    return facts->is_required ? PATCH_REBOOT_PENDING : PATCH_REBOOT_NONE;
}

bool patch_reboot_replaces(const struct patch_reboot_request *pending,
                           const struct patch_reboot_request *next)
{
    return pending == NULL || next->level > pending->level;
}

bool patch_reboot_is_executed(const struct patch_reboot_experience *experience,
                              enum patch_level level)
{
    return level >= experience->minimum;
}

/* When the shutdown begins; INT64_MAX: only at log-off. */
static int64_t shutdown_at(const struct patch_reboot_request *request,
                           const struct patch_experience *experience)
{
    if (experience->force_minutes == 0 && experience->warn_at_logoff)
        return INT64_MAX;
    return request->at + (int64_t)experience->force_minutes * 60;
}

struct patch_reboot_step patch_reboot_step(
    const struct patch_reboot_request *request,
    const struct patch_experience *experience, size_t sessions, int64_t now)
{
    int64_t shutdown = shutdown_at(request, experience);
    int64_t end = shutdown;

    if (request->is_reboot_cancelled)
        return (struct patch_reboot_step){ PATCH_REBOOT_MANUAL, INT64_MAX };
    if (sessions == 0)
        return (struct patch_reboot_step){ PATCH_REBOOT_NOW, now };
    if (request->is_timeout_cancelled)
        return (struct patch_reboot_step){ PATCH_REBOOT_LOGOFF, INT64_MAX };
    if (now < shutdown)
        return (struct patch_reboot_step){ PATCH_REBOOT_WAIT, shutdown };
    end += (int64_t)experience->countdown_minutes * 60 + request->extended_s;
    if (now < end)
        return (struct patch_reboot_step){ PATCH_REBOOT_COUNTDOWN, end };
    return (struct patch_reboot_step){ PATCH_REBOOT_NOW, now };
}

static int extend(struct patch_reboot_request *request,
                  const struct patch_experience *experience, int64_t now,
                  struct err *err)
{
    int64_t more = (int64_t)experience->extend_minutes * 60;
    struct patch_reboot_step step =
        patch_reboot_step(request, experience, 1, now);

    if (more == 0)
        return err_set(err, E_INVALID, "the reboot may not be put off");
    if (step.action != PATCH_REBOOT_COUNTDOWN)
        return err_set(err, E_INVALID, "there is no countdown to put off");
    if (request->extended_s + more >
        (int64_t)experience->extend_max_minutes * 60)
        return err_set(err, E_INVALID,
                       "the reboot was put off for all of the %d minutes that "
                       "are allowed",
                       experience->extend_max_minutes);
    request->extended_s += more;
    return 0;
}

int patch_reboot_user(struct patch_reboot_request *request,
                      const struct patch_experience *experience,
                      enum patch_user_action action, int64_t now,
                      struct err *err)
{
    if (patch_reboot_step(request, experience, 1, now).action ==
        PATCH_REBOOT_NOW)
        return err_set(err, E_INVALID, "the reboot has begun");
    switch (action) {
    case PATCH_USER_EXTEND:
        return extend(request, experience, now, err);
    case PATCH_USER_CANCEL_TIMEOUT:
        if (!experience->may_cancel_timeout)
            return err_set(err, E_INVALID, "the time-out may not be cancelled");
        request->is_timeout_cancelled = true;
        return 0;
    case PATCH_USER_CANCEL_REBOOT:
        break;
    }
    if (!experience->may_cancel_reboot)
        return err_set(err, E_INVALID, "the reboot may not be cancelled");
    request->is_reboot_cancelled = true;
    return 0;
}

bool patch_reboot_holds(const struct patch_reboot *reboot, enum patch_os os,
                        const struct patch_reboot_request *request,
                        int64_t boot)
{
    return os == PATCH_WINDOWS && reboot->has_before && request != NULL &&
           boot <= request->at;
}

struct jval *patch_reboot_request_to_jval(
    const struct patch_reboot_request *request)
{
    struct jval *object = jval_new_object();

    patch_fields_write(fields, request, object);
    return object;
}

bool patch_reboot_request_from_jval(const struct jval *jval,
                                    struct arena *arena,
                                    struct patch_refusals *refusals,
                                    struct patch_reboot_request *out)
{
    const struct patch_reading r = { arena, refusals };
    size_t refused = refusals->all.n + refusals->more;

    *out = (struct patch_reboot_request){ .requester = STR(""),
                                          .reason = STR("") };
    return patch_fields_read(&r, fields, jval, out) &&
           refusals->all.n + refusals->more == refused;
}
