/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include "agent/installer_int.h"
#include "agent/logind.h"
#include "agent/sandbox.h"
#include "agent/supply.h"
#include "base/clock.h"
#include "base/mem.h"
#include "content/fetch.h"

enum {
    LOCK_WAIT_S = 900, /* for another package manager */
    WORD_BYTES_MAX = 32,
    ARCH_BYTES_MAX = 64,
    REASONS_MAX = 2000,
    ERRORS_MAX = 3000,
};

/* --- Scanning. --- */

static void fill_missing(struct installer *in,
                         const struct install_update *update,
                         struct patching_missing *out)
{
    *out = (struct patching_missing){
        .name = installer_cut(in, update->name, PATCHING_NAME_MAX),
        .arch = installer_cut(in, update->arch, ARCH_BYTES_MAX),
        .installed = installer_cut(in, update->installed, PATCHING_NAME_MAX),
        .candidate = installer_cut(in, update->candidate, PATCHING_NAME_MAX),
        .origin = installer_cut(in, update->origin, PATCHING_NAME_MAX),
        .suite = installer_cut(in, update->suite, PATCHING_NAME_MAX),
        .repository = installer_cut(in, update->archive, PATCHING_NAME_MAX),
        .size = update->size > 0 ? update->size : 0,
        .held = update->held.n > 0,
        .security = update->security,
        .problem = installer_cut(in, update->held, PATCHING_NAME_MAX),
    };
    if (update->advisories.n == 0)
        return;
    out->advisory = installer_cut(
        in, update->advisories.p[update->advisories.n - 1], PATCHING_ID_MAX);
    for (size_t i = 0; i < in->scan.advisory_count; i++) {
        const struct install_advisory *advisory = &in->scan.advisories[i];
        struct patching_text *cves;

        if (!str_eq(advisory->id, out->advisory))
            continue;
        out->type = installer_cut(in, advisory->type, WORD_BYTES_MAX);
        out->severity = installer_cut(in, advisory->severity, WORD_BYTES_MAX);
        out->title = installer_cut(in, advisory->title, PATCHING_NAME_MAX);
        cves = arena_alloc(&in->arena, advisory->cves.n + 1, sizeof(*cves));
        for (size_t k = 0; k < advisory->cves.n; k++)
            cves[k].text =
                installer_cut(in, advisory->cves.p[k], PATCHING_ID_MAX);
        out->cves = (struct wire_list){ cves, advisory->cves.n };
    }
}

static void add_error(struct installer *in, struct buf *errors, str text)
{
    if (text.n > 0)
        buf_printf(errors, "%" PRIstr "\n",
                   ARGstr(installer_cut(in, text, 600)));
}

/* Nothing, rather than a part of it, is queued. */
static int write_whole(const struct wire_shape *shape, const void *value,
                       struct buf *out, struct err *err)
{
    int rc = wire_write(shape, value, out, err);

    if (rc < 0)
        buf_reset(out);
    return rc;
}

static int write_scan(struct installer *in, int64_t cause, str nonce,
                      struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf errors = BUF(ERRORS_MAX);
    size_t n = in->scan.update_count;
    struct patching_missing *missing =
        arena_alloc(&in->arena, n + 1, sizeof(*missing));
    struct patching_scan scan = {
        .nonce = nonce,
        .job = in->order.job_id,
        .cause = cause,
        .collected = clock_now(),
        .manager = in->scan.manager,
        .policy_revision = in->policy.revision,
        .installed = in->scan.packages,
        .missing = { missing, n },
        .reboot = in->answer.reboot,
    };

    for (size_t i = 0; i < n; i++)
        fill_missing(in, &in->scan.updates[i], &missing[i]);
    add_error(in, &errors, in->scan.stale);
    add_error(in, &errors, in->scan.interrupted);
    for (size_t i = 0; i < in->scan.warnings.n; i++)
        add_error(in, &errors, in->scan.warnings.p[i]);
    scan.errors = installer_cut(in, buf_str(&errors), ERRORS_MAX);
    return write_whole(&shape_patching_scan, &scan, out, err);
}

static void look_at_reboot(struct installer *in)
{
    AUTO(buf_clear) struct buf reason = BUF(REASONS_MAX);
    struct install_reboot reboot = { 0 };
    struct err err = { 0 };

    if (install_reboot_needed(in->install, &in->arena, &reboot, &err) < 0) {
        log_warn("reboot.unknown", LOG_TEXT("text", str_c(err.text)));
        return;
    }
    for (size_t i = 0; i < reboot.reason_count; i++)
        buf_printf(&reason, "%s%" PRIstr, i > 0 ? "; " : "",
                   ARGstr(installer_cut(in, reboot.reasons[i].text, 400)));
    in->answer.reboot = (struct patching_reboot){
        .needed = reboot.needed,
        .reason = arena_str(&in->arena,
                            installer_cut(in, buf_str(&reason), REASONS_MAX)),
    };
}

static int open_manager(struct installer *in, struct err *err)
{
    struct install_options options = {
        .root = in->options->root,
        .lock_wait_s = LOCK_WAIT_S,
        .bandwidth_kib = in->configuration.delivery.bandwidth_kib_s,
        .stage = arena_printf(&in->arena, "%s/stage", in->options->data).p,
        .fetch = content_fetch_archive,
    };

    if (in->policy.download_url.n > 0) /* K-DEP-2, X-5 */
        options.source = arena_c(&in->arena, in->policy.download_url);

    return install_new(&options, &in->install, err);
}

static int scan(struct installer *in, bool refresh, int64_t cause, str nonce,
                struct buf *out, struct err *err)
{
    int rc;

    in->scan = (struct install_scan){ 0 };
    rc = install_scan(in->install, refresh, clock_now(), &in->arena, &in->scan,
                      err);
    if (rc < 0)
        return rc;
    look_at_reboot(in);
    in->answer.missing = (int64_t)in->scan.update_count;
    return write_scan(in, cause, nonce, out, err);
}

/* --- Deploying. --- */

static bool is_wanted(const struct installer *in,
                      const struct install_update *update)
{
    for (size_t i = 0; i < in->wanted.n; i++) {
        if (str_eq(in->wanted.p[i].name, update->name) &&
            str_eq(in->wanted.p[i].arch, update->arch))
            return true;
    }
    return false;
}

/* What is to be installed: each package once, whatever patches it is of. */
static void want(struct installer *in)
{
    for (size_t i = 0; i < in->choices.n; i++) {
        const struct choice *choice = &in->choices.p[i];

        for (size_t k = 0; choice->deploy && k < choice->update_count; k++) {
            const struct install_update *update = choice->updates[k];

            if (update->held.n == 0 && !is_wanted(in, update))
                *vec_push(&in->wanted) =
                    (struct install_wanted){ update->name, update->arch,
                                             update->candidate };
        }
    }
}

/* A deployment that a restart is still due after is not done (P-RBT-7). */
static void mark_pending(struct installer *in)
{
    for (size_t i = 0; in->answer.reboot.needed && i < in->outcomes.n; i++) {
        if (in->outcomes.p[i].state == PATCHING_INSTALLED)
            in->outcomes.p[i].state = PATCHING_PENDING_REBOOT;
    }
}

static void skip(struct installer *in, str why)
{
    in->results.outcome = PATCHING_RUN_SKIPPED;
    in->results.phase = PATCHING_PHASE_DONE;
    in->results.text = installer_cut(in, why, PATCHING_TEXT_MAX);
}

/* Agreed to was this version of this configuration, no other. An older policy
 * is about to be replaced; a newer one took away what was agreed to. */
static bool is_as_ordered(const struct installer *in)
{
    return !in->has_job ||
           (in->deploy.terms.configuration == in->policy.configuration &&
            in->deploy.terms.version == in->policy.version);
}

/* Is it allowed now? False: the results say why not. */
static bool may_deploy(struct installer *in)
{
    const struct patching_freeze *freezes = in->policy.freezes.p;
    int64_t now = clock_now();
    struct err err = { 0 };

    for (size_t i = 0; i < in->policy.freezes.n; i++) {
        if (now < freezes[i].from || now >= freezes[i].until)
            continue;
        skip(in,
             arena_printf(&in->arena, "frozen: %" PRIstr,
                          ARGstr(installer_cut(in, freezes[i].reason, 2000))));
        return false;
    }
    if (!is_as_ordered(in)) {
        skip(in, STR("the configuration was changed since it was ordered"));
        return false;
    }
    if (in->policy.ring > 0 && !in->policy.ring_open && !in->has_job) {
        skip(in, in->policy.ring_text);
        return false;
    }
    if (installer_check_approvals(in, &err) < 0) {
        skip(in, arena_str(&in->arena, str_c(err.text)));
        return false;
    }
    return true;
}

static void run_step(struct installer *in, bool stage_only)
{
    struct install_outcome outcome;
    struct err err = { 0 };
    int rc;

    if (stage_only)
        rc = install_stage(in->install, in->wanted.p, in->wanted.n, &in->arena,
                           &outcome, &err);
    else
        rc = install_apply(in->install, in->wanted.p, in->wanted.n, &in->arena,
                           &outcome, &err);
    log_info("installer.step", LOG_I64("staged_only", stage_only),
             LOG_I64("packages", (int64_t)in->wanted.n),
             LOG_TEXT("fault", str_c(install_fault_name(outcome.fault))),
             LOG_TEXT("text", outcome.text));
    installer_tell(in, &outcome, !stage_only);
    in->results.phase =
        stage_only ? PATCHING_PHASE_STAGING : PATCHING_PHASE_DONE;
    in->results.outcome = stage_only ? PATCHING_RUN_GOES_ON : PATCHING_RUN_DONE;
    if (rc < 0 && in->outcomes.n == 0) /* nothing could be said of any */
        in->results.outcome = PATCHING_RUN_ERROR;
}

static int settle(struct installer *in, struct err *err)
{
    in->results.ended = in->order.stage_only ? 0 : clock_now();
    in->results.outcomes = (struct wire_list){ in->outcomes.p, in->outcomes.n };
    in->results.reboot = in->answer.reboot;
    for (size_t i = 0; i < in->outcomes.n; i++)
        in->answer.deployed |=
            in->outcomes.p[i].state == PATCHING_INSTALLED ||
            in->outcomes.p[i].state == PATCHING_PENDING_REBOOT;
    return write_whole(&shape_patching_results, &in->results,
                       &in->results_bytes, err);
}

static void begin_results(struct installer *in)
{
    const struct patching_policy_group *groups = in->policy.groups.p;
    struct patching_group_used *used =
        arena_alloc(&in->arena, in->policy.groups.n + 1, sizeof(*used));

    for (size_t i = 0; i < in->policy.groups.n; i++)
        used[i] =
            (struct patching_group_used){ groups[i].name, groups[i].revision };
    in->results = (struct patching_results){
        .nonce = in->order.results_nonce,
        .job = in->order.job_id,
        .terms = in->deploy.terms,
        .catch_up = in->order.catch_up,
        .due = in->order.due,
        .started = clock_now(),
        .phase = PATCHING_PHASE_DONE,
        .outcome = PATCHING_RUN_ERROR,
        .text = STR(""),
        .policy_revision = in->policy.revision,
        .groups = { used, in->policy.groups.n },
    };
    if (!in->has_job)
        in->results.terms =
            (struct patching_terms){ 0, in->policy.configuration,
                                     in->policy.version, in->order.task };
}

/* Scan, decide, stage or install, look again. */
static int deploy_all(struct installer *in, struct err *err)
{
    bool stage_only = in->order.stage_only || in->deploy.stage_only;
    int64_t cause =
        in->order.stage_only ? PATCHING_SCAN_STAGING : PATCHING_SCAN_DEPLOYMENT;
    struct choosing_by by = { .policy = &in->policy,
                              .configuration = &in->configuration,
                              .only = &in->deploy.patches };
    int rc = scan(in, true, cause, in->order.scan_nonce, &in->scan_bytes, err);

    by.now = clock_now();
    if (rc == 0)
        rc = choose(&by, &in->scan, &in->arena, &in->choices, err);
    if (rc < 0)
        return rc;
    want(in);
    run_step(in, stage_only);
    if (stage_only && in->has_job) { /* all that was asked for */
        in->results.phase = PATCHING_PHASE_DONE;
        in->results.outcome = PATCHING_RUN_DONE;
    }
    if (stage_only)
        return 0;
    rc = scan(in, false, PATCHING_SCAN_AFTER, in->order.after_nonce,
              &in->after_bytes, err);
    mark_pending(in);
    return rc;
}

/* On its battery, over a network that is paid by volume, or its policy is
 * still on its way. */
static bool must_wait(struct installer *in)
{
    struct supply supply;

    if (!is_as_ordered(in) && in->policy.since <= in->ordered_at) {
        in->answer.waits = arena_printf(
            &in->arena, "for version %lld of the configuration %lld",
            (long long)in->deploy.terms.version,
            (long long)in->deploy.terms.configuration);
        return true;
    }
    supply_read(in->options, &supply);
    in->answer.waits = supply_waits(&supply, &in->configuration.delivery);
    return in->answer.waits.n > 0;
}

static int deploy(struct installer *in, struct err *err)
{
    struct err why = { 0 };
    int rc;

    begin_results(in);
    if (!in->has_policy || in->policy.configuration == 0)
        return err_set(err, E_PERM, "no configuration of patches is assigned");
    if (in->has_job && in->job_type != JOB_PATCH_DEPLOY)
        return err_set(err, E_PERM, "the job is no order to deploy");
    rc = patch_configuration_parse(in->policy.settings, clock_now(), &in->arena,
                                   &in->configuration, err);
    if (rc < 0)
        return rc;
    if (!in->has_job &&
        !in->configuration.task[PATCH_LINUX][PATCH_ROUTINE].enabled)
        return err_set(err, E_PERM, "the task is turned off");
    if (must_wait(in))
        return 0;
    rc = open_manager(in, err);
    if (rc < 0)
        return rc;
    if (may_deploy(in) || in->order.stage_only) {
        rc = deploy_all(in, &why);
        if (rc < 0) { /* told to the server as the outcome */
            in->results.outcome = PATCHING_RUN_ERROR;
            in->results.phase = PATCHING_PHASE_DONE;
            in->results.text =
                arena_str(&in->arena, installer_cut(in, str_c(why.text),
                                                    PATCHING_TEXT_MAX));
        }
    }
    return settle(in, err);
}

static int scan_only(struct installer *in, struct err *err)
{
    int rc = open_manager(in, err);

    return rc == 0 ? scan(in, true, in->order.cause, in->order.scan_nonce,
                          &in->scan_bytes, err)
                   : rc;
}

/* --- The end. --- */

/* What lies below a root is not what runs. Tests name a bus of their own. */
static bool may_touch_system(const struct installer *in, struct err *err)
{
    if (in->options->root == NULL || in->options->bus != NULL)
        return true;
    (void)err_set(err, E_UNSUPPORTED,
                  "a system below a root directory is not restarted");
    return false;
}

static int obey(struct installer *in, struct err *err)
{
    switch ((enum installing_verb)in->order.verb) {
    case INSTALLING_SCAN:
        return scan_only(in, err);
    case INSTALLING_DEPLOY:
        return deploy(in, err);
    case INSTALLING_REBOOT:
        return may_touch_system(in, err) ? logind_reboot(err) : E_UNSUPPORTED;
    case INSTALLING_WARN:
        return may_touch_system(in, err) ? logind_warn(in->order.text, err)
                                         : E_UNSUPPORTED;
    }
    return err_set(err, E_UNSUPPORTED, "there is no such order");
}

static int answer(struct installer *in, int rc, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(INSTALLED_MAX);

    in->answer.failed = rc < 0;
    in->answer.text =
        rc < 0 ? installer_cut(in, str_c(err_text(err)), PATCHING_TEXT_MAX)
               : STR("");
    in->answer.scan = buf_str(&in->scan_bytes);
    in->answer.after = buf_str(&in->after_bytes);
    in->answer.results = buf_str(&in->results_bytes);
    rc = wire_write(&shape_installed_answer, &in->answer, &bytes, err);
    if (rc == 0 &&
        pwrite(INSTALLER_FD_OUT, bytes.p, bytes.n, 0) != (ssize_t)bytes.n)
        rc = err_errno(err, errno, "the answer");
    return rc;
}

/* One at a time, also when an earlier one outlived its keeper: its work ends
 * first, and is then found done. */
static int wait_for_others(const struct options *options, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(4096);
    int fd;

    buf_printf(&path, "%s/installing", options->data);
    fd = open(buf_c(&path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) < 0)
        return err_errno(err, errno, "%s", buf_c(&path));
    return 0; /* held until the process ends */
}

int installer_main(const struct options *options)
{
    struct installer in = { .options = options,
                            .scan_bytes = BUF(AGENT_MESSAGE_MAX),
                            .after_bytes = BUF(AGENT_MESSAGE_MAX),
                            .results_bytes = BUF(AGENT_MESSAGE_MAX) };
    struct err err = { 0 };
    int rc = trust_init(&err);

    (void)fcntl(INSTALLER_FD_LINK, F_SETFD, FD_CLOEXEC);
    (void)fcntl(INSTALLER_FD_ORDER, F_SETFD, FD_CLOEXEC);
    (void)fcntl(INSTALLER_FD_OUT, F_SETFD, FD_CLOEXEC);
    if (options->bus != NULL)
        setenv("DBUS_SYSTEM_BUS_ADDRESS", options->bus, 1);
    if (rc == 0)
        rc = sandbox_install(&err);
    if (rc == 0)
        rc = wait_for_others(options, &err);
    if (rc == 0)
        rc = installer_read_order(&in, &err);
    if (rc == 0)
        rc = obey(&in, &err);
    if (rc < 0)
        log_error("installer.failed", LOG_TEXT("text", str_c(err_text(&err))));
    rc = answer(&in, rc, &err);
    install_free(in.install); /* removes its files */
    return rc < 0 ? 1 : 0;
}
