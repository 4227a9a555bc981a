# SPDX-License-Identifier: Apache-2.0
"""holdfast schedule: the tables of the requirements, and random schedules
against a second implementation."""
import json
import os

import schedule_model
from e2e import check, equal, main, run, test

SEEDS = int(os.environ.get("SEEDS", "400"))


def foretell(spec, zone="UTC", start="2026-01-01T00:00", count=12):
    code, out, err = run("schedule", "next", "--json", "-", "--from", start,
                         "--zone", zone, "--count", str(count),
                         stdin=json.dumps(spec).encode())
    check(code == 0 and err == "", spec, err)
    return json.loads(out)


def local(*arguments, **named):
    return [r["local"] for r in foretell(*arguments, **named)]


def refused(spec, words):
    text = spec if isinstance(spec, str) else json.dumps(spec)
    code, out, err = run("schedule", "next", "--json", "-", "--from",
                         "2026-01-01T00:00", "--zone", "UTC",
                         stdin=text.encode())
    equal((code, out), (3, ""))
    check(err.startswith("holdfast: standard input: ") and
          err.count("\n") == 1, err)
    check(words in err, err, "lacks", words)


def monthly(**fields):
    return {"type": "monthly_date", "time": "08:00", "date": 1, **fields}


@test
def patch_tuesday_and_the_day_after_are_as_in_T_PT(directory):
    days = {2026: "13 10 10 14 12 9 14 11 8 13 10 8",
            2027: "12 9 9 13 11 8 13 10 14 12 9 14",
            2028: "11 8 14 11 9 13 11 8 12 10 14 12"}
    for year, text in days.items():
        found = local({"type": "patch_tuesday", "time": "20:00"},
                      start="%d-01-01T00:00" % year)
        equal(found, ["%d-%02d-%02dT20:00" % (year, m, int(d))
                      for m, d in enumerate(text.split(), 1)])
    found = local({"type": "patch_tuesday", "time": "20:00",
                   "after_patch_tuesday_days": 1})
    equal([int(t[8:10]) for t in found],
          [14, 11, 11, 15, 13, 10, 15, 12, 9, 14, 11, 9])


@test
def staging_on_the_first_is_as_in_T_STG(directory):
    for time, most in [("00:00", 0), ("00:30", 0), ("01:00", 1), ("01:59", 1),
                       ("08:00", 8), ("08:30", 8), ("12:00", 12),
                       ("23:00", 23), ("23:59", 23)]:
        if most:
            found = foretell(monthly(time=time, stage_hours=most), count=1)
            check(found[0]["stage_local"] >= found[0]["local"][:10])
        if most < 23:
            refused(monthly(time=time, stage_hours=most + 1), "stage_hours: ")
    for start, time, hours, stage in [
            ("2026-03-31T20:00", "08:00", 8, "2026-04-01T00:00"),
            ("2026-03-31T20:00", "08:00", 23, "2026-04-01T00:00"),
            ("2026-04-01T20:00", "08:00", 23, "2026-04-01T09:00"),
            ("2026-03-30T20:00", "08:00", 23, "2026-03-30T09:00"),
            ("2028-02-29T20:00", "02:00", 6, "2028-03-01T00:00"),
            ("2025-12-31T20:00", "00:00", 5, "2026-01-01T00:00")]:
        found = foretell({"type": "daily", "time": time, "stage_hours": hours},
                         start=start, count=1)
        equal(found[0]["stage_local"], stage)
    equal(foretell(monthly(), count=1)[0]["stage_local"], None)


@test
def changes_of_the_clock_are_as_in_T_DST(directory):
    for zone, time, start, utc in [
            ("Europe/Amsterdam", "02:30", "2026-03-28T12:00",
             "2026-03-29T01:00Z"),
            ("Europe/Amsterdam", "02:30", "2026-10-24T12:00",
             "2026-10-25T00:30Z"),
            ("America/New_York", "02:00", "2026-03-07T12:00",
             "2026-03-08T07:00Z"),
            ("America/New_York", "01:30", "2026-10-31T12:00",
             "2026-11-01T05:30Z"),
            ("Australia/Lord_Howe", "02:15", "2026-10-03T12:00",
             "2026-10-03T15:30Z"),
            ("Asia/Kolkata", "09:00", "2026-05-12T00:00", "2026-05-12T03:30Z"),
            ("Pacific/Kiritimati", "09:00", "2026-05-12T00:00",
             "2026-05-11T19:00Z")]:
        found = foretell({"type": "daily", "time": time}, zone, start, 2)
        equal(found[0]["utc"], utc)
        check(found[1]["local"][:10] > found[0]["local"][:10])


@test
def a_start_inside_a_gap_is_before_what_runs_at_its_end(directory):
    spec = {"type": "daily", "time": "02:30"}
    for start in ["2026-03-29T02:30", "2026-03-29T02:59"]:
        equal(local(spec, "Europe/Amsterdam", start, 1), ["2026-03-29T03:00"])
    equal(local(spec, "Europe/Amsterdam", "2026-03-29T03:00", 1),
          ["2026-03-30T02:30"])


@test
def cron_expressions_are_refused_as_in_T_CRON(directory):
    for text, field in [
            ("* * * *", "day of week"), ("* * * * * *", "day of week"),
            ("@daily", "minute"), ("0 0 L * *", "day of month"),
            ("0 0 15W * *", "day of month"), ("0 0 * * 5#2", "day of week"),
            ("0 0 ? * 1", "day of month"), ("60 * * * *", "minute"),
            ("0 24 * * *", "hour"), ("0 0 0 * *", "day of month"),
            ("0 0 32 * *", "day of month"), ("0 0 * 13 *", "month"),
            ("0 0 * * 8", "day of week"), ("*/0 * * * *", "minute"),
            ("5-1 * * * *", "minute"), ("5/10 * * * *", "minute"),
            (", * * * *", "minute"), ("0 0 * JAN *", "month"),
            ("0 0 * * MON", "day of week"), ("0 0 31 2 *", "day of month")]:
        refused({"type": "cron", "expression": text}, "expression: ")
        refused({"type": "cron", "expression": text}, field)
    equal(local({"type": "cron", "expression": "0 3 29 2 *"}, count=2),
          ["2028-02-29T03:00", "2032-02-29T03:00"])


@test
def bad_schedules_name_field_line_and_reason(directory):
    refused("{", "line 1")
    refused('{"type": "daily",\n "time": "8:00"}', "line 2: time: '8:00'")
    refused(monthly(date=32), "date: 32 lies outside 1 to 31")
    refused(monthly(stage_hours=0), "stage_hours: 0 lies outside 1 to 23")
    refused(monthly(delay_days=31), "delay_days: 31 lies outside 0 to 30")
    refused(monthly(after_patch_tuesday_days=28), "lies outside 0 to 27")
    refused(monthly(nth=1), "nth: does not belong")
    refused({"type": "every", "every_minutes": 1441}, "every_minutes: ")
    refused({"type": "weekly", "time": "08:00", "weekdays": []}, "weekdays: ")
    refused("[" * 10000, "line 1")
    refused("[" * 100000, "larger than 16384")
    refused(b"\xff\xfe".decode("latin-1"), "line 1")
    refused('{"type":"daily","time":"08:00"' + " " * 20000 + "}", "larger than 16384")


@test
def a_bad_command_line_is_wrong_usage(directory):
    path = os.path.join(directory, "s.json")
    with open(path, "w") as f:
        json.dump(monthly(), f)
    base = ["schedule", "next", "--json", path]
    equal(run("schedule", "next")[0], 2)
    for extra, words in [(["--zone", "Mars/Olympus"], "--zone: there is no"),
                         (["--zone", "../UTC"], "--zone: '../UTC'"),
                         (["--from", "tomorrow"], "--from: 'tomorrow'"),
                         (["--from", "2026-02-30T00:00"], "--from: "),
                         (["--count", "0"], "--count: '0'"),
                         (["--count", "10001"], "--count: "),
                         (["--count", "x"], "--count: ")]:
        code, out, err = run(*base, *extra)
        equal((code, out), (2, ""))
        check(words in err, err)
    code, out, err = run("schedule", "next", "--json", path + "x")
    equal((code, out), (3, ""))
    check(path in err, err)
    code, out, _ = run(*base)  # after now, in the machine's zone
    equal((code, len(json.loads(out))), (0, 12))
    code, out, _ = run(*base, env={"TZ": "Asia/Tokyo"})
    equal((code, len(json.loads(out))), (0, 12))


@test
def a_preview_is_said_in_three_languages(directory):
    spec = json.dumps({"type": "patch_tuesday", "time": "08:00"}).encode()
    for language, words in [("en", ["On Patch Tuesday", "Choose 1 day after",
                                    "Next runs (Asia/Tokyo):",
                                    "  Tuesday 13 January 2026, 08:00"]),
                            ("fr", ["Choisissez 1 jour",
                                    "  mardi 13 janvier 2026, 08:00"]),
                            ("nl_NL", ["Kies 1 dag na",
                                       "  dinsdag 13 januari 2026, 08:00"])]:
        code, out, err = run("schedule", "next", "--json", "-", "--words",
                             language, "--zone", "Asia/Tokyo", "--from",
                             "2026-01-01T00:00", stdin=spec)
        equal((code, err), (0, ""))
        check(all(w in out for w in words), out)
    equal(run("schedule", "next", "--json", "-", "--words", "xx",
              stdin=spec)[0], 2)


@test
def hostile_expressions_with_many_runs_end(directory):
    for text in ["0 0 29 2 *", "0 0 29 2 1", "59 23 31 12 0", "* * * * *"]:
        found = foretell({"type": "cron", "expression": text}, count=10000)
        check(len(found) > 1900, text, len(found))
        check(all(a["utc"] < b["utc"] for a, b in zip(found, found[1:])))


MISSED = {"occurrences": ["2026-06-0%dT23:00" % d for d in range(1, 10)],
          "last_run": "2026-06-01T23:00", "boot": "2026-06-03T06:10",
          "run_if_missed": True, "spread_minutes": 17,
          "policy_since": "2026-05-01T00:00"}


def catch_up(**fields):
    code, out, err = run("schedule", "catch-up", "--json", "-",
                         stdin=json.dumps({**MISSED, **fields}).encode())
    equal((code, err), (0, ""))
    return json.loads(out)


@test
def missed_runs_are_as_in_T_MIS(directory):
    equal(catch_up()["run"], "2026-06-03T06:27")
    off = catch_up(run_if_missed=False)
    equal(off["run"], None)
    check("missed: device off" in off["reason"], off)
    equal(catch_up(boot="2026-06-06T08:00", spread_minutes=0)["run"],
          "2026-06-06T08:00")
    equal(catch_up(boot="2026-06-01T23:40")["run"], None)
    equal(catch_up(boot="2026-06-03T22:40", spread_minutes=45)["run"],
          "2026-06-03T23:00")
    equal(catch_up(boot="2026-06-03T22:40", spread_minutes=10)["run"],
          "2026-06-03T22:50")
    late = catch_up(policy_since="2026-06-03T01:00")
    equal(late["run"], None)
    check("policy" in late["reason"], late)
    equal(catch_up(last_run=None)["run"], "2026-06-03T06:27")


@test
def bad_questions_are_refused_by_field(directory):
    for fields, words in [({"spread_minutes": 61}, "spread_minutes: "),
                          ({"boot": None}, "boot: "),
                          ({"occurrences": "x"}, "occurrences: "),
                          ({"occurrences": ["x"]}, "occurrences: 'x'"),
                          ({"run_if_missed": 1}, "run_if_missed: "),
                          ({"what": 1}, "what: ")]:
        code, out, err = run("schedule", "catch-up", "--json", "-",
                             stdin=json.dumps({**MISSED, **fields}).encode())
        equal((code, out), (3, ""))
        check(words in err, err)
    equal(run("schedule", "catch-up")[0], 2)
    equal(run("schedule", "catch-up", "--json", "-", stdin=b"{")[0], 3)


@test
def random_schedules_run_when_datetime_and_zoneinfo_say(directory):
    compared = 0
    for seed in range(SEEDS):
        spec, zone, start = schedule_model.random_case(seed)
        code, out, err = run("schedule", "next", "--json", "-", "--from",
                             start, "--zone", zone, "--count", "14",
                             stdin=json.dumps(spec).encode())
        if code == 3 and ("stage_hours: " in err or "has no run" in err):
            continue
        equal((code, err), (0, ""))
        expected = schedule_model.runs(spec, zone, start, 14)
        found = json.loads(out)
        check(found[:len(expected)] == expected and expected, seed, spec, zone,
              start, found[:len(expected)], expected)
        compared += 1
    check(compared > SEEDS * 0.9, compared)


if __name__ == "__main__":
    raise SystemExit(main())
