/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/words_int.h"

static void number_en(int n, struct buf *out)
{
    const char *ending = "th";

    if (n / 10 != 1 && n % 10 >= 1 && n % 10 <= 3)
        ending = n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : "rd";
    buf_printf(out, "%d%s", n, ending);
}

static void number_fr(int n, struct buf *out)
{
    buf_printf(out, n == 1 ? "%der" : "%d", n);
}

static void number_nl(int n, struct buf *out)
{
    buf_printf(out, "%de", n);
}

/* clang-format off */
const struct words words_languages[WORDS_LANGUAGES] = {
[WORDS_EN] = {
    .tag = "en",
    .weekdays = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
                  "Friday", "Saturday" },
    .months = { "January", "February", "March", "April", "May", "June",
                "July", "August", "September", "October", "November",
                "December" },
    .of_months = { "January", "February", "March", "April", "May", "June",
                   "July", "August", "September", "October", "November",
                   "December" },
    .of = "of ",
    .ordinals = { "last", "first", "second", "third", "fourth" },
    .and_ = " and ",
    .range = "{a} to {b}",
    .of_every_month = "of every month",
    .none = "only when an event starts it",
    .daily = "every day at {t}",
    .weekly = "every {w} at {t}",
    .workdays = "every weekday, Monday to Friday, at {t}",
    .on = "on {x} at {t}",
    .after = "{k} after {x} at {t}",
    .date = "the {n} {m}",
    .date_short = "the {n} {m} (the last day of a shorter month)",
    .date_last = "the last day {m}",
    .nth_weekday = "the {o} {w} {m}",
    .workday = "the {n} working day (Monday to Friday) {m}",
    .workday_last = "the last working day (Monday to Friday) {m}",
    .patch_tuesday = "Patch Tuesday (the second Tuesday) {m}",
    .also = ", and also on Patch Tuesday",
    .also_after = ", and also {k} after Patch Tuesday",
    .minute = "every minute",
    .minutes = "every {n} minutes",
    .hour = "every hour",
    .hours = "every {n} hours",
    .counted = ", counted from {t} UTC",
    .one_day = "1 day",
    .days = "{n} days",
    .one_hour = "1 hour",
    .some_hours = "{n} hours",
    .stage = "Downloads start {k} earlier.",
    .stage_clip = "Downloads start {k} earlier, but never on the day before "
                  "a run on the first of a month.",
    .missed = "A run that was missed because the device was off is made "
              "within the hour after it is on again.",
    .at_times = "at {t}",
    .at_minutes = "at minute {n} of every hour",
    .at_minutes_hours = "at minute {n} of hour {h}",
    .minutes_of_hours = "every minute of hour {h}",
    .steps_of_hours = "every {n} minutes of hour {h}",
    .every_day = "every day",
    .on_weekdays = "on {w}",
    .on_workdays = "Monday to Friday",
    .on_dates = "on day {n} of the month",
    .on_either = "on day {n} of the month, and on every {w}",
    .on_both = "on day {n} of the month if it is {w}",
    .in_months = "in {m}",
    .time = "{w} {d} {m} {y}, {t}",
    .staged = "downloads start {t}",
    .heading = "Next runs ({z}):",
    .warn_days = "Both day fields are set, so it runs on every day that "
                 "either of them names. For a day such as the second Tuesday, "
                 "choose a monthly schedule by weekday.",
    .warn_release = "In this zone a run precedes the release of the patches, "
                    "which is at 10:00 Pacific time on Patch Tuesday. Choose "
                    "{k} after Patch Tuesday, or a later time.",
    .number = number_en,
},
[WORDS_FR] = {
    .tag = "fr",
    .weekdays = { "dimanche", "lundi", "mardi", "mercredi", "jeudi",
                  "vendredi", "samedi" },
    .months = { "janvier", "février", "mars", "avril", "mai", "juin",
                "juillet", "août", "septembre", "octobre", "novembre",
                "décembre" },
    .of_months = { "de janvier", "de février", "de mars", "d’avril",
                   "de mai", "de juin", "de juillet", "d’août",
                   "de septembre", "d’octobre", "de novembre",
                   "de décembre" },
    .of = "",
    .ordinals = { "dernier", "premier", "deuxième", "troisième",
                  "quatrième" },
    .and_ = " et ",
    .range = "{a} à {b}",
    .of_every_month = "de chaque mois",
    .none = "seulement quand un événement lance la tâche",
    .daily = "tous les jours à {t}",
    .weekly = "chaque {w} à {t}",
    .workdays = "en semaine, du lundi au vendredi, à {t}",
    .on = "{x} à {t}",
    .after = "{k} après {x} à {t}",
    .date = "le {n} {m}",
    .date_short = "le {n} {m} (le dernier jour d’un mois plus court)",
    .date_last = "le dernier jour {m}",
    .nth_weekday = "le {o} {w} {m}",
    .workday = "le jour ouvré n° {n} (du lundi au vendredi) {m}",
    .workday_last = "le dernier jour ouvré (du lundi au vendredi) {m}",
    .patch_tuesday = "le Patch Tuesday (deuxième mardi) {m}",
    .also = ", et aussi le jour du Patch Tuesday",
    .also_after = ", et aussi {k} après le Patch Tuesday",
    .minute = "toutes les minutes",
    .minutes = "toutes les {n} minutes",
    .hour = "toutes les heures",
    .hours = "toutes les {n} heures",
    .counted = ", à compter du {t} UTC",
    .one_day = "1 jour",
    .days = "{n} jours",
    .one_hour = "1 heure",
    .some_hours = "{n} heures",
    .stage = "Les téléchargements commencent {k} plus tôt.",
    .stage_clip = "Les téléchargements commencent {k} plus tôt, mais jamais "
                  "la veille d’une exécution le premier du mois.",
    .missed = "Une exécution manquée parce que l’appareil était éteint a "
              "lieu dans l’heure qui suit sa remise en marche.",
    .at_times = "à {t}",
    .at_minutes = "à la minute {n} de chaque heure",
    .at_minutes_hours = "à la minute {n} de l’heure {h}",
    .minutes_of_hours = "à chaque minute de l’heure {h}",
    .steps_of_hours = "toutes les {n} minutes de l’heure {h}",
    .every_day = "tous les jours",
    .on_weekdays = "chaque {w}",
    .on_workdays = "du lundi au vendredi",
    .on_dates = "le jour {n} du mois",
    .on_either = "le jour {n} du mois, et chaque {w}",
    .on_both = "le jour {n} du mois si c’est un {w}",
    .in_months = "en {m}",
    .time = "{w} {n} {m} {y}, {t}",
    .staged = "téléchargements à partir de : {t}",
    .heading = "Prochaines exécutions ({z}) :",
    .warn_days = "Les deux champs de jour sont remplis : la tâche s’exécute "
                 "chaque jour que l’un ou l’autre désigne. Pour un jour comme "
                 "le deuxième mardi, choisissez un calendrier mensuel par "
                 "jour de la semaine.",
    .warn_release = "Dans ce fuseau, une exécution précède la publication des "
                    "correctifs, à 10:00 heure du Pacifique le jour du Patch "
                    "Tuesday. Choisissez {k} après le Patch Tuesday, ou une "
                    "heure plus tardive.",
    .number = number_fr,
},
[WORDS_NL] = {
    .tag = "nl",
    .weekdays = { "zondag", "maandag", "dinsdag", "woensdag", "donderdag",
                  "vrijdag", "zaterdag" },
    .months = { "januari", "februari", "maart", "april", "mei", "juni",
                "juli", "augustus", "september", "oktober", "november",
                "december" },
    .of_months = { "januari", "februari", "maart", "april", "mei", "juni",
                   "juli", "augustus", "september", "oktober", "november",
                   "december" },
    .of = "van ",
    .ordinals = { "laatste", "eerste", "tweede", "derde", "vierde" },
    .and_ = " en ",
    .range = "{a} tot en met {b}",
    .of_every_month = "van elke maand",
    .none = "alleen wanneer een gebeurtenis de taak start",
    .daily = "elke dag om {t}",
    .weekly = "elke {w} om {t}",
    .workdays = "elke werkdag, maandag tot en met vrijdag, om {t}",
    .on = "op {x} om {t}",
    .after = "{k} na {x} om {t}",
    .date = "de {n} {m}",
    .date_short = "de {n} {m} (de laatste dag van een kortere maand)",
    .date_last = "de laatste dag {m}",
    .nth_weekday = "de {o} {w} {m}",
    .workday = "de {n} werkdag (maandag tot en met vrijdag) {m}",
    .workday_last = "de laatste werkdag (maandag tot en met vrijdag) {m}",
    .patch_tuesday = "Patch Tuesday (de tweede dinsdag) {m}",
    .also = ", en ook op Patch Tuesday",
    .also_after = ", en ook {k} na Patch Tuesday",
    .minute = "elke minuut",
    .minutes = "elke {n} minuten",
    .hour = "elk uur",
    .hours = "elke {n} uur",
    .counted = ", geteld vanaf {t} UTC",
    .one_day = "1 dag",
    .days = "{n} dagen",
    .one_hour = "1 uur",
    .some_hours = "{n} uur",
    .stage = "Het downloaden begint {k} eerder.",
    .stage_clip = "Het downloaden begint {k} eerder, maar nooit op de dag "
                  "vóór een uitvoering op de eerste van de maand.",
    .missed = "Een uitvoering die is gemist omdat het apparaat uit stond, "
              "volgt binnen een uur nadat het weer aan is.",
    .at_times = "om {t}",
    .at_minutes = "op minuut {n} van elk uur",
    .at_minutes_hours = "op minuut {n} van uur {h}",
    .minutes_of_hours = "elke minuut van uur {h}",
    .steps_of_hours = "elke {n} minuten van uur {h}",
    .every_day = "elke dag",
    .on_weekdays = "op {w}",
    .on_workdays = "van maandag tot en met vrijdag",
    .on_dates = "op dag {n} van de maand",
    .on_either = "op dag {n} van de maand, en elke {w}",
    .on_both = "op dag {n} van de maand als die {w} is",
    .in_months = "in {m}",
    .time = "{w} {d} {m} {y}, {t}",
    .staged = "downloaden begint {t}",
    .heading = "Volgende uitvoeringen ({z}):",
    .warn_days = "Beide dagvelden zijn ingevuld, dus de taak wordt uitgevoerd "
                 "op elke dag die een van beide noemt. Kies voor een dag als "
                 "de tweede dinsdag een maandelijks schema per weekdag.",
    .warn_release = "In deze tijdzone gaat een uitvoering vooraf aan het "
                    "uitbrengen van de patches, om 10:00 Pacific-tijd op "
                    "Patch Tuesday. Kies {k} na Patch Tuesday, of een later "
                    "tijdstip.",
    .number = number_nl,
},
};
/* clang-format on */
