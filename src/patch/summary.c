/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/summary.h"

#include "schedule/calendar.h"
#include "schedule/words.h"

enum {
    LINE_MAX_BYTES = 1 << 16,
    NEXT_RUNS = 12,
};

enum say {
    SAY_NOTHING,
    SAY_ALL,
    SAY_VRR,
    SAY_CVSS,
    SAY_EXPLOITED,
    SAY_EVERY,
    SAY_BUT,
    SAY_ONLY,
    SAY_ANY_VENDOR,
    SAY_NONE,
    SAY_NO_VENDOR,
    SAY_GROUPS,
    SAY_ENABLEMENT,
    SAY_NEVER_GROUPS,
    SAY_NEVER_PACKAGES,
    SAY_BEFORE,
    SAY_FORCED,
    SAY_LOG_OFF,
    SAY_COUNTDOWN,
    SAY_EXTENDED,
    SAY_MAY_WAIT,
    SAY_MAY_CANCEL,
    SAY_AFTER_NEVER,
    SAY_AFTER_IF,
    SAY_AFTER_ALWAYS,
    SAY_AFTER_MACOS,
    SAY_AFTER_UPDATE,
    SAY_AFTER_PENDING,
    SAY_LEVEL,
    SAY_COUNT
};

/* In each language. */
static const char *const phrases[SAY_COUNT][WORDS_LANGUAGES] = {
    [SAY_NOTHING] = { "Nothing", "Rien", "Niets" },
    [SAY_ALL] = { "All missing patches", "Tous les correctifs manquants",
                  "Alle ontbrekende patches" },
    [SAY_VRR] = { "Patches with VRR (open formula) of at least ",
                  "Correctifs dont le VRR (formule ouverte) est au moins ",
                  "Patches met VRR (open formule) van minstens " },
    [SAY_CVSS] = { "Patches with CVSS of at least ",
                   "Correctifs dont le CVSS est au moins ",
                   "Patches met CVSS van minstens " },
    [SAY_EXPLOITED] = { "Patches for vulnerabilities reported as exploited",
                        "Correctifs de vulnérabilités signalées comme "
                        "exploitées",
                        ("Patches voor kwetsbaarheden die als misbruikt zijn "
                         "gemeld") },
    [SAY_EVERY] = { "all", "toutes", "alle" },
    [SAY_BUT] = { "Of all vendors and products but ",
                  "De tous les éditeurs et produits sauf ",
                  "Van alle leveranciers en producten behalve " },
    [SAY_ONLY] = { "Only of ", "Seulement de ", "Alleen van " },
    [SAY_ANY_VENDOR] = { "every vendor", "tout éditeur", "elke leverancier" },
    [SAY_NONE] = { "none", "aucun", "geen" },
    [SAY_NO_VENDOR] = { "no vendor at all", "aucun éditeur",
                        "geen enkele leverancier" },
    [SAY_GROUPS] = { "Patches of the groups ", "Correctifs des groupes ",
                     "Patches van de groepen " },
    [SAY_ENABLEMENT] = { "The enablement packages ",
                         "Les paquets d'activation ",
                         "De activeringspakketten " },
    [SAY_NEVER_GROUPS] = { "Never patches of the groups ",
                           "Jamais les correctifs des groupes ",
                           "Nooit patches van de groepen " },
    [SAY_NEVER_PACKAGES] = { "Never the packages ", "Jamais les paquets ",
                             "Nooit de pakketten " },
    [SAY_BEFORE] = { "Before deployment", "Avant le déploiement",
                     "Vóór de uitrol" },
    [SAY_FORCED] = { ", forced after %d minutes", ", forcé après %d minutes",
                     ", afgedwongen na %d minuten" },
    [SAY_LOG_OFF] = { ", at log-off", ", à la fermeture de session",
                      ", bij het afmelden" },
    [SAY_COUNTDOWN] = { ", with a countdown of %d minutes",
                        ", avec un compte à rebours de %d minutes",
                        ", met aftellen van %d minuten" },
    [SAY_EXTENDED] = { " that may be extended by up to %d",
                       " prolongeable de %d au plus",
                       " dat met hoogstens %d mag worden verlengd" },
    [SAY_MAY_WAIT] = { ("The user may wait for log-off or reboot by hand; "
                        "until "
                        "then nothing is deployed"),
                       ("L'utilisateur peut attendre la fermeture de session "
                        "ou "
                        "redémarrer à la main ; d'ici là rien n'est déployé"),
                       ("De gebruiker mag wachten tot het afmelden of zelf "
                        "herstarten; tot dan wordt niets uitgerold") },
    [SAY_MAY_CANCEL] = { ("The user may cancel the reboot; until the device "
                          "has "
                          "rebooted nothing is installed"),
                         ("L'utilisateur peut annuler le redémarrage ; rien "
                          "n'est "
                          "installé avant que l'appareil ait redémarré"),
                         ("De gebruiker mag de herstart annuleren; tot het "
                          "apparaat is herstart wordt niets geïnstalleerd") },
    [SAY_AFTER_NEVER] = { "Never after deployment",
                          "Jamais après le déploiement", "Nooit na de uitrol" },
    [SAY_AFTER_IF] = { "After deployment, if required",
                       "Après le déploiement, si nécessaire",
                       "Na de uitrol, indien nodig" },
    [SAY_AFTER_ALWAYS] = { "Always after deployment",
                           "Toujours après le déploiement",
                           "Altijd na de uitrol" },
    [SAY_AFTER_MACOS] = { ("After patches of macOS itself, which the user is "
                           "asked "
                           "for"),
                          ("Après les correctifs de macOS lui-même, que "
                           "l'utilisateur accepte"),
                          ("Na patches van macOS zelf, waar de gebruiker om "
                           "wordt "
                           "gevraagd") },
    [SAY_AFTER_UPDATE] = { "Always after an update",
                           "Toujours après une mise à jour",
                           "Altijd na een update" },
    [SAY_AFTER_PENDING] = { ("Never after deployment; a device that needs it "
                             "stays "
                             "pending"),
                            ("Jamais après le déploiement ; un appareil qui en "
                             "a "
                             "besoin reste en attente"),
                            ("Nooit na de uitrol; een apparaat dat het nodig "
                             "heeft "
                             "blijft wachten") },
    [SAY_LEVEL] = { "Requests are ",
                    "Les demandes sont : ", "Verzoeken zijn: " },
};

static const char *const type_words[PATCH_TYPES][WORDS_LANGUAGES] = {
    [PATCH_TYPE_UNKNOWN] = { "", "", "" },
    [PATCH_SECURITY] = { "Security patches: ", "Correctifs de sécurité : ",
                         "Beveiligingspatches: " },
    [PATCH_NONSECURITY] = { "Non-security patches: ",
                            "Correctifs hors sécurité : ",
                            "Andere patches dan beveiliging: " },
    [PATCH_BUGFIX] = { "Bug fixes: ", "Corrections de bogues : ",
                       "Foutoplossingen: " },
    [PATCH_ENHANCEMENT] = { "Enhancements: ", "Améliorations : ",
                            "Verbeteringen: " },
};

static const char *const severity_words[PATCH_SEVERITIES][WORDS_LANGUAGES] = {
    [PATCH_UNASSIGNED] = { "unassigned", "non attribuée", "niet toegekend" },
    [PATCH_LOW] = { "low", "faible", "laag" },
    [PATCH_MODERATE] = { "moderate", "modérée", "matig" },
    [PATCH_IMPORTANT] = { "important", "importante", "belangrijk" },
    [PATCH_CRITICAL] = { "critical", "critique", "kritiek" },
};

static const char *const level_words[PATCH_LEVELS][WORDS_LANGUAGES] = {
    [PATCH_ADVISED] = { "advised", "conseillé", "aanbevolen" },
    [PATCH_MANDATORY] = { "mandatory", "obligatoire", "verplicht" },
    [PATCH_LEVEL_CRITICAL] = { "critical", "critique", "kritiek" },
};

/* What is being written. */
struct summing {
    struct jval *list;
    struct buf line;
    enum words_language in;
    enum patch_os os;
};

static const char *phrase(const struct summing *s, enum say say)
{
    return phrases[say][s->in];
}

/* What the line holds is a sentence. */
static void push(struct summing *s)
{
    jval_push(s->list, jval_new_text(buf_str(&s->line)));
    buf_reset(&s->line);
}

static void say(struct summing *s, enum say what)
{
    buf_add_c(&s->line, phrase(s, what));
}

static void say_line(struct summing *s, enum say what)
{
    say(s, what);
    push(s);
}

static void say_names(struct summing *s, enum say what,
                      struct patch_texts names)
{
    if (names.n == 0)
        return;
    say(s, what);
    for (size_t i = 0; i < names.n; i++)
        buf_printf(&s->line, "%s%" PRIstr, i > 0 ? ", " : "",
                   ARGstr(names.p[i]));
    push(s);
}

static void say_score(struct summing *s, enum say what, int tenths)
{
    if (tenths == PATCH_SCORE_NONE)
        return;
    say(s, what);
    buf_printf(&s->line, "%d.%d", tenths / 10, tenths % 10);
    push(s);
}

static void say_risk(struct summing *s, const struct patch_options *o)
{
    if (!o->has_risk)
        return;
    say_score(s, SAY_VRR, o->min_vrr);
    say_score(s, SAY_CVSS, o->min_cvss);
    if (o->exploited)
        say_line(s, SAY_EXPLOITED);
}

static void say_levels(struct summing *s, uint8_t levels, enum patch_type type)
{
    bool is_first = true;

    for (int level = PATCH_CRITICAL; level >= 0; level--) {
        if ((levels >> level & 1) == 0)
            continue;
        buf_printf(&s->line, "%s%s", is_first ? "" : ", ",
                   patch_type_is_switch(s->os, type)
                       ? phrase(s, SAY_EVERY)
                       : severity_words[level][s->in]);
        is_first = false;
    }
}

static void say_severity(struct summing *s, const struct patch_options *o)
{
    for (unsigned t = PATCH_SECURITY; o->has_severity && t < PATCH_TYPES; t++) {
        if (o->severity[t] == 0)
            continue;
        buf_add_c(&s->line, type_words[t][s->in]);
        say_levels(s, o->severity[t], (enum patch_type)t);
        push(s);
    }
}

static void say_vendors(struct summing *s, const struct patch_options *o)
{
    if (!o->has_vendors)
        return;
    say(s, o->all_except ? SAY_BUT : SAY_ONLY);
    for (size_t i = 0; i < o->vendor_count; i++) {
        const struct patch_vendor *v = &o->vendors[i];

        buf_printf(&s->line, "%s%" PRIstr, i > 0 ? ", " : "",
                   ARGstr(v->vendor.n > 0 ? v->vendor
                                          : str_c(phrase(s, SAY_ANY_VENDOR))));
        if (v->product.n > 0)
            buf_printf(&s->line, " %" PRIstr, ARGstr(v->product));
        if (v->version.n > 0)
            buf_printf(&s->line, " %" PRIstr, ARGstr(v->version));
    }
    if (o->vendor_count == 0)
        say(s, o->all_except ? SAY_NONE : SAY_NO_VENDOR);
    push(s);
}

static struct summing begin(enum patch_os os, enum words_language in)
{
    return (struct summing){ .list = jval_new_array(),
                             .line = BUF_INIT(LINE_MAX_BYTES),
                             .in = in,
                             .os = os };
}

static struct jval *end(struct summing *s)
{
    buf_clear(&s->line);
    return s->list;
}

static struct jval *deploys(const struct patch_options *o, enum patch_os os,
                            enum words_language in)
{
    struct summing s = begin(os, in);

    if (!patch_options_deploy(o, os))
        say_line(&s, SAY_NOTHING);
    if (o->all_missing)
        say_line(&s, SAY_ALL);
    say_risk(&s, o);
    say_severity(&s, o);
    say_names(&s, SAY_GROUPS, o->include);
    say_vendors(&s, o);
    if (o->has_enablement)
        say_names(&s, SAY_ENABLEMENT, o->enablement);
    say_names(&s, SAY_NEVER_GROUPS, o->exclude);
    say_names(&s, SAY_NEVER_PACKAGES, o->exclude_packages);
    return end(&s);
}

static void say_minutes(struct summing *s, enum say what, int minutes)
{
    if (minutes > 0)
        buf_printf(&s->line, phrase(s, what), minutes);
}

static void say_before(struct summing *s, const struct patch_experience *e)
{
    say(s, SAY_BEFORE);
    say_minutes(s, SAY_FORCED, e->force_minutes);
    if (e->warn_at_logoff)
        say(s, SAY_LOG_OFF);
    say_minutes(s, SAY_COUNTDOWN, e->countdown_minutes);
    say_minutes(s, SAY_EXTENDED, e->extend_max_minutes);
    push(s);
    if (e->may_cancel_timeout)
        say_line(s, SAY_MAY_WAIT);
    if (e->may_cancel_reboot)
        say_line(s, SAY_MAY_CANCEL);
}

static struct jval *reboots(const struct patch_reboot *reboot, enum patch_os os,
                            enum words_language in)
{
    static const enum say after[PATCH_OSES][PATCH_AFTERS] = {
        { SAY_AFTER_NEVER, SAY_AFTER_IF, SAY_AFTER_ALWAYS },
        { SAY_AFTER_NEVER, SAY_AFTER_MACOS, SAY_AFTER_UPDATE },
        { SAY_AFTER_PENDING, SAY_AFTER_IF, SAY_AFTER_ALWAYS },
    };
    struct summing s = begin(os, in);

    if (reboot->has_before)
        say_before(&s, &reboot->before);
    say_line(&s, after[os][reboot->after]);
    say(&s, SAY_LEVEL);
    buf_add_c(&s.line, level_words[reboot->criticality][in]);
    push(&s);
    return end(&s);
}

static struct jval *next(const struct schedule *schedule,
                         const struct zone *zone, int64_t now)
{
    struct occurrence runs[NEXT_RUNS];
    struct jval *list = jval_new_array();
    size_t count = schedule_next(schedule, zone, now, runs, NEXT_RUNS);
    char text[CALENDAR_TEXT_MAX];

    for (size_t i = 0; i < count; i++) {
        struct jval *run = jval_new_object();

        jval_set_text(run, "local",
                      str_c(calendar_format(runs[i].local, "", text)));
        jval_set_text(run, "stage_local",
                      runs[i].has_stage ? str_c(calendar_format(
                                              runs[i].stage_local, "", text))
                                        : STR_NONE);
        jval_push(list, run);
    }
    return list;
}

static struct jval *task_of(const struct patch_task *task,
                            const struct patch_summary_ask *ask)
{
    AUTO(buf_clear) struct buf line = BUF(LINE_MAX_BYTES);
    struct jval *object = jval_new_object();

    words_schedule(&task->schedule, ask->language, &line);
    jval_set_bool(object, "enabled", task->enabled);
    jval_set_text(object, "when", buf_str(&line));
    jval_set(object, "deploys", deploys(&task->deploy, ask->os, ask->language));
    jval_set(object, "reboots", reboots(&task->reboot, ask->os, ask->language));
    jval_set(object, "next",
             task->enabled ? next(&task->schedule, ask->zone, ask->now)
                           : jval_new_array());
    return object;
}

/* That of one operating system, and of the whole. */
static struct jval *advice_of(const struct patch_configuration *c,
                              enum patch_os os, const struct zone *zone,
                              int64_t now)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_advices advices = { 0 };
    struct jval *list = jval_new_array();

    patch_configuration_advise(c, zone, now, &arena, &advices);
    for (size_t i = 0; i < advices.all.n; i++) {
        const struct patch_advice *a = &advices.all.p[i];
        str rest = a->field;
        enum patch_os of = patch_os_of(str_cut(&rest, '.'));
        struct jval *row;

        if (of != PATCH_OSES && of != os)
            continue;
        row = jval_new_object();
        jval_set_text(row, "field", a->field);
        jval_set_text(row, "text", a->text);
        jval_set_text(row, "rule", str_c(a->rule));
        jval_set_bool(row, "confirm", a->confirm);
        jval_push(list, row);
    }
    vec_clear(&advices.all);
    return list;
}

struct jval *patch_summary(const struct patch_configuration *c,
                           const struct patch_summary_ask *ask)
{
    static const enum patch_task_kind order[] = { PATCH_ROUTINE, PATCH_PRIORITY,
                                                  PATCH_ZERO_DAY };
    struct jval *object = jval_new_object();
    struct jval *tasks = jval_new_array();

    jval_set_text(object, "os", str_c(patch_os_name(ask->os)));
    for (size_t i = 0; i < COUNT(order); i++) {
        struct jval *task;

        if (!patch_task_is_offered(ask->os, order[i]))
            continue;
        task = task_of(&c->task[ask->os][order[i]], ask);
        jval_set_text(task, "task", str_c(patch_task_name(order[i])));
        jval_push(tasks, task);
    }
    jval_set(object, "tasks", tasks);
    jval_set(object, "advice", advice_of(c, ask->os, ask->zone, ask->now));
    return object;
}
