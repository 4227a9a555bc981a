/* SPDX-License-Identifier: Apache-2.0
 *
 * What a schedule cannot be (src/schedule).
 */
#include "server/sentence_int.h"

/* clang-format off */
static const struct sentence rows[] = {
    { { "%d fields follow day of week: expected five fields, found %d",
        ("%d champs suivent le jour de la semaine : il faut cinq champs, et "
        "non %d"),
        ("er volgen %d velden op de dag van de week: verwacht vijf velden, "
        "niet %d") } },
    { { "%s is missing: expected five fields, found %d",
        "%s manque : il faut cinq champs, et non %d",
        "%s ontbreekt: verwacht vijf velden, niet %d" } },
    { { "%s names more than %d zones",
        "%s nomme plus de %d fuseaux",
        "%s noemt meer dan %d zones" } },
    { { "%s: %s is no whole number",
        "%s : %s n’est pas un nombre entier",
        "%s: %s is geen geheel getal" } },
    { { "%s: %s lies outside %d to %s",
        "%s : %s est hors de %d à %s",
        "%s: %s ligt buiten %d tot %s" } },
    { { ("%s: '%s' has a step after a single number; steps follow '*' or a "
        "range"),
        ("%s : « %s » a un pas après un seul nombre ; un pas suit « * » ou "
        "une plage"),
        ("%s: '%s' heeft een stap na één getal; een stap volgt op '*' of een "
        "bereik") } },
    { { ("%s: '%s' is no day of the week; expected \"mon\", \"tue\", \"wed\", "
        "\"thu\", \"fri\", \"sat\" or \"sun\""),
        ("%s : « %s » n’est pas un jour de la semaine ; il faut \"mon\", "
        "\"tue\", \"wed\", \"thu\", \"fri\", \"sat\" ou \"sun\""),
        ("%s: '%s' is geen dag van de week; verwacht \"mon\", \"tue\", "
        "\"wed\", \"thu\", \"fri\", \"sat\" of \"sun\"") } },
    { { ("%s: '%s' is not understood; expected numbers from %d to %d, '*', "
        "',', '-' and '/'"),
        ("%s : « %s » n’est pas compris ; il faut des nombres de %d à %d, « * "
        "», « , », « - » et « / »"),
        ("%s: '%s' wordt niet begrepen; verwacht getallen van %d tot %d, '*', "
        "',', '-' en '/'") } },
    { { "%s: '%s' lies outside %d to %d",
        "%s : « %s » est hors de %d à %d",
        "%s: '%s' ligt buiten %d tot %d" } },
    { { "%s: an item of the list is empty",
        "%s : un élément de la liste est vide",
        "%s: een item van de lijst is leeg" } },
    { { "%s: does not belong to a schedule of type %s",
        "%s : ne fait pas partie d’une planification de type %s",
        "%s: hoort niet bij een planning van type %s" } },
    { { "%s: is missing; a schedule of type %s needs it",
        "%s : est obligatoire pour une planification de type %s",
        "%s: is verplicht bij een planning van type %s" } },
    { { "%s: the list is empty",
        "%s : la liste est vide",
        "%s: de lijst is leeg" } },
    { { "%s: the range '%s' descends",
        "%s : la plage « %s » est décroissante",
        "%s: het bereik '%s' loopt af" } },
    { { "%s: the step '%s' lies outside 1 to %d",
        "%s : le pas « %s » est hors de 1 à %d",
        "%s: de stap '%s' ligt buiten 1 tot %d" } },
    { { ("'%s' is no name of a time zone; expected one such as "
        "Europe/Amsterdam or UTC"),
        ("« %s » n’est pas un nom de fuseau horaire ; il faut un nom comme "
        "Europe/Amsterdam ou UTC"),
        ("'%s' is geen naam van een tijdzone; verwacht een naam zoals "
        "Europe/Amsterdam of UTC") } },
    { { "'%s' is no time of day; expected HH:MM, 00:00 to 23:59",
        "« %s » n’est pas une heure ; il faut HH:MM, de 00:00 à 23:59",
        "'%s' is geen tijd; verwacht UU:MM, 00:00 tot 23:59" } },
    { { ("'%s' is no time; expected a date and a time such as "
        "2026-01-31T08:30%s"),
        ("« %s » n’est pas une date avec une heure ; il faut la forme "
        "2026-01-31T08:30%s"),
        ("'%s' is geen tijdstip; verwacht een datum en tijd zoals "
        "2026-01-31T08:30%s") } },
    { { "a schedule has no such field",
        "une planification n’a pas ce champ",
        "een planning heeft dit veld niet" } },
    { { "a schedule is an object: {…}",
        "une planification est un objet : {…}",
        "een planning is een object: {…}" } },
    { { "a schedule is longer than %d bytes",
        "une planification dépasse %d octets",
        "een planning is langer dan %d bytes" } },
    { { "every_minutes: %d is more than %d, and no number of whole hours",
        ("every_minutes : %d dépasse %d et n’est pas un nombre d’heures "
        "entières"),
        "every_minutes: %d is meer dan %d, en geen aantal hele uren" } },
    { { "expression: day of month: '%s' has no run in the next %d years",
        ("expression : jour du mois : « %s » n’a aucune exécution dans les %d "
        "prochaines années"),
        ("expression: dag van de maand: '%s' heeft geen run in de komende %d "
        "jaar") } },
    { { "minute: '%s' is a word; expected five fields of numbers",
        "minute : « %s » est un mot ; il faut cinq champs de nombres",
        "minute: '%s' is een woord; verwacht vijf velden met getallen" } },
    { { "months: expected 1 to 12",
        "months : il faut de 1 à 12",
        "months: verwacht 1 tot 12" } },
    { { "nth: %d lies outside 1 to %d, and is not \"last\"",
        "nth : %d est hors de 1 à %d, et n’est pas \"last\"",
        "nth: %d ligt buiten 1 tot %d, en is niet \"last\"" } },
    { { "occurrences: expected a list of times",
        "occurrences : il faut une liste d’heures",
        "occurrences: verwacht een lijst met tijden" } },
    { { "run_if_missed: expected true or false",
        "run_if_missed : il faut true ou false",
        "run_if_missed: verwacht true of false" } },
    { { "spread_minutes: expected a whole number from 0 to %d",
        "spread_minutes : il faut un nombre entier de 0 à %d",
        "spread_minutes: verwacht een geheel getal van 0 tot %d" } },
    { { ("stage_hours: %d lies outside 1 to %d: nothing is staged on the day "
        "before the first of a month"),
        ("stage_hours : %d est hors de 1 à %d : rien n’est préparé la veille "
        "du premier du mois"),
        ("stage_hours: %d ligt buiten 1 tot %d: op de dag voor de eerste van "
        "een maand wordt niets klaargezet") } },
    { { ("stage_hours: there is no hour before the run on the first of a "
        "month; nothing is staged on the day before"),
        ("stage_hours : il n’y a pas d’heure avant l’exécution du premier du "
        "mois ; rien n’est préparé la veille"),
        ("stage_hours: er is geen uur voor de run op de eerste van een maand; "
        "op de dag ervoor wordt niets klaargezet") } },
    { { "the expression is longer than %d characters",
        "l’expression dépasse %d caractères",
        "de uitdrukking is langer dan %d tekens" } },
    { { "the name of a zone is too long",
        "le nom d’un fuseau est trop long",
        "de naam van een zone is te lang" } },
    { { ("there is no time zone '%s' in %s; expected a name such as "
        "Europe/Amsterdam or UTC"),
        ("il n’y a pas de fuseau horaire « %s » dans %s ; il faut un nom "
        "comme Europe/Amsterdam ou UTC"),
        ("er is geen tijdzone '%s' in %s; verwacht een naam zoals "
        "Europe/Amsterdam of UTC") } },
    { { ("type: expected \"daily\", \"weekly\", \"monthly_date\", "
        "\"monthly_weekday\", \"monthly_workday\", \"patch_tuesday\", "
        "\"every\", \"cron\" or \"none\""),
        ("type : il faut \"daily\", \"weekly\", \"monthly_date\", "
        "\"monthly_weekday\", \"monthly_workday\", \"patch_tuesday\", "
        "\"every\", \"cron\" ou \"none\""),
        ("type: verwacht \"daily\", \"weekly\", \"monthly_date\", "
        "\"monthly_weekday\", \"monthly_workday\", \"patch_tuesday\", "
        "\"every\", \"cron\" of \"none\"") } },
    { { "weekdays: none is given",
        "weekdays : aucun n’est donné",
        "weekdays: er is er geen gegeven" } },
};
/* clang-format on */
const struct sentence_table sentences_schedule = { rows, COUNT(rows) };
