/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions in words, in each language: a phrase has the same parts in
 * all of them, "{a}" and "{b}".
 */
#include <stdio.h>

#include "patch/select_int.h"

enum {
    LEVEL_MAX = 128,
    NAMES_MAX = 1 << 16,
};

static const char *const rules[PATCH_RULES] = {
    [PATCH_RULE_NONE] = "",
    [PATCH_BY_ALL] = "P-LNX-1",
    [PATCH_BY_SEVERITY] = "P-SEL-3",
    [PATCH_BY_GROUP] = "P-SEL-3",
    [PATCH_BY_VRR] = "P-RSK-1",
    [PATCH_BY_CVSS] = "P-RSK-2",
    [PATCH_BY_EXPLOITED] = "P-RSK-3",
    [PATCH_BY_ENABLEMENT] = "P-ENB-1",
    [PATCH_BY_NEWEST] = "P-LNX-2",
    [PATCH_BY_DEPENDENCY] = "P-LNX-3",
    [PATCH_NOT_MISSING] = "P-SEL-11",
    [PATCH_NOT_SCANNED] = "P-PRV-2",
    [PATCH_HELD] = "hold",
    [PATCH_SUPERSEDED] = "P-SEL-12",
    [PATCH_OLDER] = "P-SEL-13",
    [PATCH_REPLACED] = "P-LNX-2",
    [PATCH_EXCLUDED] = "P-SEL-5",
    [PATCH_PACKAGE_EXCLUDED] = "P-LNX-7",
    [PATCH_NEEDS_EXCLUDED] = "P-LNX-7",
    [PATCH_NOT_SELECTED] = "P-SEL-8",
    [PATCH_LEVEL_MISSING] = "P-SEV-8",
    [PATCH_NOTHING_ON] = "P-SEL-9",
    [PATCH_FILTER_ONLY] = "P-SEL-10",
    [PATCH_VENDOR] = "P-SEL-4",
    [PATCH_ENABLEMENT_OFF] = "P-ENB-1",
};

enum say {
    SAY_ALL,
    SAY_LEVEL,
    SAY_INCLUDE,
    SAY_CVSS,
    SAY_VRR,
    SAY_EXPLOITED,
    SAY_ENABLEMENT,
    SAY_NEWEST,
    SAY_REQUIRED,
    SAY_OTHER_OS,
    SAY_PREVIEW,
    SAY_UNSELECTED,
    SAY_NO_RISK,
    SAY_NO_LEVEL,
    SAY_NOTHING_ON,
    SAY_FILTER_ONLY,
    SAY_VENDOR,
    SAY_ENABLEMENT_OFF,
    SAY_SUPERSEDED,
    SAY_BY_EXCLUDED,
    SAY_BY_HELD,
    SAY_BY_VENDOR,
    SAY_BY_ENABLEMENT,
    SAY_BY_UNSELECTED,
    SAY_REPLACED,
    SAY_EXCLUDED,
    SAY_PACKAGE,
    SAY_NEEDS,
    SAY_HELD_PACKAGE,
    SAY_HELD,
    SAY_HELD_BY,
    SAY_WARN_CRITICAL,
    SAY_WARN_EXPLOITED,
    SAY_WARN_VENDOR,
    SAY_COUNT
};

static const char *const phrases[SAY_COUNT][WORDS_LANGUAGES] = {
    [SAY_ALL] = { "all missing patches are deployed",
                  "tous les correctifs manquants sont déployés",
                  "alle ontbrekende patches worden uitgerold" },
    [SAY_LEVEL] = { "{a} is chosen", "{a} est choisi", "{a} is gekozen" },
    [SAY_INCLUDE] = { "in Include group {a}", "dans le groupe à inclure {a}",
                      "in de op te nemen groep {a}" },
    [SAY_CVSS] = { "CVSS {a} is at least {b}", "CVSS {a} est au moins {b}",
                   "CVSS {a} is minstens {b}" },
    [SAY_VRR] = { "VRR (open formula) {a} is at least {b}",
                  "VRR (formule ouverte) {a} est au moins {b}",
                  "VRR (open formule) {a} is minstens {b}" },
    [SAY_EXPLOITED] = { "closes a vulnerability that is reported as exploited",
                        "corrige une vulnérabilité signalée comme exploitée",
                        "verhelpt een kwetsbaarheid die als misbruikt is "
                        "gemeld" },
    [SAY_ENABLEMENT] = { "the enablement package is chosen",
                         "le paquet d'activation est choisi",
                         "het activeringspakket is gekozen" },
    [SAY_NEWEST] = { "the newest that replaces {a}",
                     "le plus récent qui remplace {a}",
                     "de nieuwste die {a} vervangt" },
    [SAY_REQUIRED] = { "{a} requires it", "{a} l'exige", "{a} vereist dit" },
    [SAY_OTHER_OS] = { "a patch for {a} does not apply to a device with {b}",
                       ("un correctif pour {a} ne s'applique pas à un appareil "
                        "sous {b}"),
                       ("een patch voor {a} is niet van toepassing op een "
                        "apparaat met {b}") },
    [SAY_PREVIEW] = { "preview patches are not scanned for",
                      "les correctifs d'aperçu ne sont pas recherchés",
                      "naar preview-patches wordt niet gezocht" },
    [SAY_UNSELECTED] = { "no option selects it: it is {a} and in no Include "
                         "group",
                         ("aucune option ne le choisit : {a}, et dans aucun "
                          "groupe "
                          "à inclure"),
                         "geen optie kiest dit: {a}, en in geen op te nemen "
                         "groep" },
    [SAY_NO_RISK] = { ", and its risk reaches no threshold",
                      ", et son risque n'atteint aucun seuil",
                      ", en het risico haalt geen drempel" },
    [SAY_NO_LEVEL] = { "{a} has no level for {b}",
                       "{a} n'a pas de niveau pour {b}",
                       "{a} heeft geen niveau voor {b}" },
    [SAY_NOTHING_ON] = { "no option that selects patches is on",
                         "aucune option qui choisit des correctifs n'est "
                         "active",
                         "geen optie die patches kiest staat aan" },
    [SAY_FILTER_ONLY] = { "only options that leave patches out are on",
                          ("seules des options qui écartent des correctifs "
                           "sont "
                           "actives"),
                          "alleen opties die patches weglaten staan aan" },
    [SAY_VENDOR] = { "{a} is not among the chosen vendors and products",
                     "{a} n'est pas parmi les éditeurs et produits choisis",
                     "{a} hoort niet bij de gekozen leveranciers en "
                     "producten" },
    [SAY_ENABLEMENT_OFF] = { "enablement packages are deployed only when "
                             "chosen",
                             ("les paquets d'activation ne sont déployés que "
                              "s'ils "
                              "sont choisis"),
                             ("activeringspakketten worden alleen uitgerold "
                              "als ze "
                              "gekozen zijn") },
    [SAY_SUPERSEDED] = { "superseded by {a}", "remplacé par {a}",
                         "vervangen door {a}" },
    [SAY_BY_EXCLUDED] = { ", which Exclude group {a} keeps back",
                          ", que le groupe à exclure {a} retient",
                          ", dat de uit te sluiten groep {a} tegenhoudt" },
    [SAY_BY_HELD] = { ", which is on hold", ", qui est retenu",
                      ", dat wordt vastgehouden" },
    [SAY_BY_VENDOR] = { ", which the choice of vendors and products leaves out",
                        ", que le choix des éditeurs et produits écarte",
                        ", dat de keuze van leveranciers en producten "
                        "weglaat" },
    [SAY_BY_ENABLEMENT] = { ", an enablement package that is not chosen",
                            ", un paquet d'activation qui n'est pas choisi",
                            ", een activeringspakket dat niet is gekozen" },
    [SAY_BY_UNSELECTED] = { ", which is {a} and in no Include group",
                            " ({a}, et dans aucun groupe à inclure)",
                            " ({a}, en in geen op te nemen groep)" },
    [SAY_REPLACED] = { "replaced by {a}, the newest",
                       "remplacé par {a}, le plus récent",
                       "vervangen door {a}, de nieuwste" },
    [SAY_EXCLUDED] = { "in Exclude group {a}", "dans le groupe à exclure {a}",
                       "in de uit te sluiten groep {a}" },
    [SAY_PACKAGE] = { "the package {a} is excluded", "le paquet {a} est exclu",
                      "het pakket {a} is uitgesloten" },
    [SAY_NEEDS] = { "needs {a}, which is kept back",
                    "a besoin de {a}, qui est retenu",
                    "heeft {a} nodig, dat wordt tegengehouden" },
    [SAY_HELD_PACKAGE] = { "the package {a} is on hold",
                           "le paquet {a} est retenu",
                           "het pakket {a} wordt vastgehouden" },
    [SAY_HELD] = { "it is on hold", "il est retenu", "het wordt vastgehouden" },
    [SAY_HELD_BY] = { " by {a}", " par {a}", " door {a}" },
    [SAY_WARN_CRITICAL] = { "{a} is Security Critical, but held back: ",
                            ("{a} est un correctif de sécurité critique, mais "
                             "retenu "
                             ": "),
                            ("{a} is een kritieke beveiligingspatch, maar "
                             "wordt "
                             "tegengehouden: ") },
    [SAY_WARN_EXPLOITED] = { "{a} is exploited, but held back: ",
                             "{a} corrige une faille exploitée, mais est "
                             "retenu : ",
                             ("{a} verhelpt een misbruikte kwetsbaarheid, maar "
                              "wordt "
                              "tegengehouden: ") },
    [SAY_WARN_VENDOR] = { ("{a} is deployed although {b} is not among the "
                           "chosen "
                           "vendors and products: enablement packages are not "
                           "filtered"),
                          ("{a} est déployé bien que {b} ne soit pas parmi les "
                           "éditeurs et produits choisis : les paquets "
                           "d'activation "
                           "ne sont pas filtrés"),
                          ("{a} wordt uitgerold hoewel {b} niet bij de gekozen "
                           "leveranciers en producten hoort: "
                           "activeringspakketten "
                           "worden niet gefilterd") },
};

static const char *const type_words[PATCH_TYPES][WORDS_LANGUAGES] = {
    [PATCH_TYPE_UNKNOWN] = { "of no known type", "d'un type inconnu",
                             "van onbekend type" },
    [PATCH_SECURITY] = { "Security", "Sécurité", "Beveiliging" },
    [PATCH_NONSECURITY] = { "Non-security", "Hors sécurité",
                            "Geen beveiliging" },
    [PATCH_BUGFIX] = { "a bug fix", "une correction de bogue",
                       "een foutoplossing" },
    [PATCH_ENHANCEMENT] = { "an enhancement", "une amélioration",
                            "een verbetering" },
};

static const char *const severity_words[PATCH_SEVERITIES][WORDS_LANGUAGES] = {
    [PATCH_UNASSIGNED] = { "Unassigned", "non attribuée", "niet toegekend" },
    [PATCH_LOW] = { "Low", "faible", "laag" },
    [PATCH_MODERATE] = { "Moderate", "modérée", "matig" },
    [PATCH_IMPORTANT] = { "Important", "importante", "belangrijk" },
    [PATCH_CRITICAL] = { "Critical", "critique", "kritiek" },
};

const char *patch_rule_text(enum patch_os os, enum patch_rule rule)
{
    if (rule == PATCH_NOTHING_ON && os == PATCH_LINUX)
        return "P-LNX-5";
    return rule < PATCH_RULES ? rules[rule] : "";
}

/* What is being said. */
struct saying {
    const struct patch_selector *s;
    enum words_language in;
    struct buf *out;
};

static void say(const struct saying *w, enum say phrase, str a, str b)
{
    str rest = str_c(phrases[phrase][w->in]);

    while (rest.n > 0) {
        size_t at = str_find_char(rest, '{');

        buf_add(w->out, str_sub(rest, 0, at));
        rest = str_sub(rest, at, SIZE_MAX);
        if (rest.n == 0)
            return;
        buf_add(w->out, rest.p[1] == 'a' ? a : b);
        rest = str_sub(rest, 3, SIZE_MAX);
    }
}

static void say_one(const struct saying *w, enum say phrase, str a)
{
    say(w, phrase, a, STR(""));
}

/* Two words with a blank between. */
static str pair(str a, str b, struct buf *room)
{
    buf_reset(room);
    buf_printf(room, "%" PRIstr " %" PRIstr, ARGstr(a), ARGstr(b));
    return buf_str(room);
}

static str level(const struct saying *w, uint32_t index, struct buf *room)
{
    const struct patch *patch = &w->s->catalogue->all.p[index];
    str type = str_c(type_words[patch->type][w->in]);

    if (patch->type != PATCH_SECURITY && patch->type != PATCH_NONSECURITY)
        return type;
    return pair(type, str_c(severity_words[patch->severity][w->in]), room);
}

static str group_name(const struct patch_selector *s, uint32_t detail)
{
    return s->policy.groups[detail].name;
}

static str id_of(const struct patch_selector *s, uint32_t index)
{
    return s->catalogue->all.p[index].id;
}

/* What of the sources a patch lacks: "Security Important and in no Include
 * group". */
static void say_unselected(const struct saying *w, enum say phrase,
                           uint32_t index)
{
    AUTO(buf_clear) struct buf room = BUF(LEVEL_MAX);

    say_one(w, phrase, level(w, index, &room));
    if (w->s->policy.options->has_risk)
        say_one(w, SAY_NO_RISK, STR(""));
}

/* Why a patch that displaces others is itself not deployed, as a clause. */
static void say_failing(const struct saying *w, uint32_t index)
{
    const struct plain *plain = &w->s->plain[index];

    switch (plain->rule) {
    case PATCH_EXCLUDED:
        say_one(w, SAY_BY_EXCLUDED, group_name(w->s, plain->detail));
        break;
    case PATCH_HELD:
        say_one(w, SAY_BY_HELD, STR(""));
        break;
    case PATCH_VENDOR:
        say_one(w, SAY_BY_VENDOR, STR(""));
        break;
    case PATCH_ENABLEMENT_OFF:
        say_one(w, SAY_BY_ENABLEMENT, STR(""));
        break;
    default:
        say_unselected(w, SAY_BY_UNSELECTED, index);
        break;
    }
}

/* The highest value of the CVEs that count. */
static int best_score(const struct patch_selector *s, const struct patch *patch,
                      bool is_vrr)
{
    int best = PATCH_SCORE_NONE;

    for (size_t i = 0; i < patch->cve_count; i++) {
        const struct patch one = { .cves = &patch->cves[i], .cve_count = 1 };
        int score = is_vrr ? patch_vrr(&one) : patch_cvss(&one);

        if (score > best &&
            map_get(&s->suppressed, patch->cves[i].id) == MAP_NONE)
            best = score;
    }
    return best;
}

static void say_risk(const struct saying *w, const struct patch_decision *d)
{
    const struct patch_options *o = w->s->policy.options;
    const struct patch *patch = &w->s->catalogue->all.p[d->patch];
    bool is_vrr = d->rule == PATCH_BY_VRR;
    int best = best_score(w->s, patch, is_vrr);
    int least = is_vrr ? o->min_vrr : o->min_cvss;
    char a[16];
    char b[16];

    snprintf(a, sizeof(a), "%d.%d", best / 10, best % 10);
    snprintf(b, sizeof(b), "%d.%d", least / 10, least % 10);
    say(w, is_vrr ? SAY_VRR : SAY_CVSS, str_c(a), str_c(b));
}

/* The reason and who gave it are as they wrote them. */
static void say_hold(const struct saying *w, const struct patch_hold *hold)
{
    say_one(w, hold->is_package ? SAY_HELD_PACKAGE : SAY_HELD, hold->target);
    if (hold->author.n > 0)
        say_one(w, SAY_HELD_BY, hold->author);
    if (hold->reason.n > 0)
        buf_printf(w->out, w->in == WORDS_FR ? " : %" PRIstr : ": %" PRIstr,
                   ARGstr(hold->reason));
}

static void say_deployed(const struct saying *w, const struct patch_decision *d)
{
    AUTO(buf_clear) struct buf room = BUF(LEVEL_MAX);

    switch (d->rule) {
    case PATCH_BY_ALL:
        say_one(w, SAY_ALL, STR(""));
        break;
    case PATCH_BY_SEVERITY:
        say_one(w, SAY_LEVEL, level(w, d->patch, &room));
        break;
    case PATCH_BY_GROUP:
        say_one(w, SAY_INCLUDE, group_name(w->s, d->detail));
        break;
    case PATCH_BY_VRR:
    case PATCH_BY_CVSS:
        say_risk(w, d);
        break;
    case PATCH_BY_EXPLOITED:
        say_one(w, SAY_EXPLOITED, STR(""));
        break;
    case PATCH_BY_ENABLEMENT:
        say_one(w, SAY_ENABLEMENT, STR(""));
        break;
    case PATCH_BY_NEWEST:
        say_one(w, SAY_NEWEST, id_of(w->s, d->by));
        break;
    default:
        say_one(w, SAY_REQUIRED, id_of(w->s, d->by));
        break;
    }
}

static void say_other(const struct saying *w, const struct patch_decision *d)
{
    const struct patch_policy *policy = &w->s->policy;
    const struct patch *patch = &w->s->catalogue->all.p[d->patch];
    AUTO(buf_clear) struct buf room = BUF(NAMES_MAX);

    switch (d->rule) {
    case PATCH_NOT_MISSING:
        say(w, SAY_OTHER_OS, str_c(patch_os_name(patch->os)),
            str_c(patch_os_name(policy->os)));
        break;
    case PATCH_NOT_SCANNED:
        say_one(w, SAY_PREVIEW, STR(""));
        break;
    case PATCH_NOT_SELECTED:
        say_unselected(w, SAY_UNSELECTED, d->patch);
        break;
    case PATCH_LEVEL_MISSING:
        say(w, SAY_NO_LEVEL,
            pair(policy->distribution, policy->version_id, &room),
            str_c(type_words[patch->type][w->in]));
        break;
    case PATCH_NOTHING_ON:
        say_one(w, SAY_NOTHING_ON, STR(""));
        break;
    case PATCH_FILTER_ONLY:
        say_one(w, SAY_FILTER_ONLY, STR(""));
        break;
    case PATCH_VENDOR:
        say_one(w, SAY_VENDOR, pair(patch->vendor, patch->product, &room));
        break;
    default:
        say_one(w, SAY_ENABLEMENT_OFF, STR(""));
        break;
    }
}

static void say_kept(const struct saying *w, const struct patch_decision *d)
{
    const struct patch_options *o = w->s->policy.options;

    switch (d->rule) {
    case PATCH_SUPERSEDED:
    case PATCH_OLDER:
        say_one(w, SAY_SUPERSEDED, id_of(w->s, d->by));
        if (!w->s->plain[d->by].is_deployed)
            say_failing(w, d->by);
        break;
    case PATCH_REPLACED:
        say_one(w, SAY_REPLACED, id_of(w->s, d->by));
        break;
    case PATCH_EXCLUDED:
        say_one(w, SAY_EXCLUDED, group_name(w->s, d->detail));
        break;
    case PATCH_PACKAGE_EXCLUDED:
        say_one(w, SAY_PACKAGE, o->exclude_packages.p[d->detail]);
        break;
    case PATCH_NEEDS_EXCLUDED:
        say_one(w, SAY_NEEDS, id_of(w->s, d->by));
        break;
    case PATCH_HELD:
        say_hold(w, &w->s->policy.holds[d->detail]);
        break;
    default:
        say_other(w, d);
        break;
    }
}

void patch_decision_because(const struct patch_selector *s,
                            const struct patch_decision *d,
                            enum words_language language, struct buf *out)
{
    struct saying w = { s, language, out };

    if (d->deploy)
        say_deployed(&w, d);
    else
        say_kept(&w, d);
}

bool patch_decision_warning(const struct patch_selector *s,
                            const struct patch_decision *d,
                            enum words_language language, struct buf *out)
{
    const struct patch *patch = &s->catalogue->all.p[d->patch];
    AUTO(buf_clear) struct buf room = BUF(NAMES_MAX);
    struct saying w = { s, language, out };

    if (d->held_back) {
        bool is_critical =
            patch->type == PATCH_SECURITY && patch->severity == PATCH_CRITICAL;

        say_one(&w, is_critical ? SAY_WARN_CRITICAL : SAY_WARN_EXPLOITED,
                patch->id);
        patch_decision_because(s, d, language, out);
    } else if (d->past_vendors) {
        say(&w, SAY_WARN_VENDOR, patch->id,
            pair(patch->vendor, patch->product, &room));
    }
    return d->held_back || d->past_vendors;
}
