# SPDX-License-Identifier: Apache-2.0
"""Schedules once more, by python's datetime, calendar and zoneinfo.

Written from the requirements, not from the C code: it lists the dates of each
month first, where the C code asks of each day whether it is one.
"""
import calendar
import datetime as dt
import random
import zoneinfo

UTC = dt.timezone.utc
DAY = dt.timedelta(days=1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]  # as weekday()


def exists(zone, local):
    there = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return there.astimezone(zone).replace(tzinfo=None) == local


def to_utc(zone, local):
    """The first occurrence; in a gap, the first instant after it."""
    if exists(zone, local):
        return local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    # Inside a gap: by bisection, the first second whose clock is past local.
    low = local.replace(tzinfo=UTC) - 2 * DAY
    high = local.replace(tzinfo=UTC) + 2 * DAY
    while high - low > dt.timedelta(seconds=1):
        middle = low + dt.timedelta(seconds=int((high - low).total_seconds())
                                    // 2)
        if middle.astimezone(zone).replace(tzinfo=None) > local:
            high = middle
        else:
            low = middle
    return high


def weekday_dates(year, month, weekday):
    return [dt.date(year, month, week[weekday])
            for week in calendar.monthcalendar(year, month) if week[weekday]]


def pick(dates, nth):
    return dates[-1] if nth == "last" else dates[nth - 1]


def month_dates(spec, year, month):
    """(date, rule) of one base month, the monthly rule first."""
    kind = spec["type"]
    last = calendar.monthrange(year, month)[1]
    if spec.get("months") and month not in spec["months"]:
        return []
    if kind == "monthly_date":
        day = last if spec["date"] == "last" else min(spec["date"], last)
        base = dt.date(year, month, day)
    elif kind == "monthly_weekday":
        base = pick(weekday_dates(year, month,
                                  WEEKDAYS.index(spec["weekday"])),
                    spec["nth"])
    elif kind == "monthly_workday":
        base = pick([d for d in (dt.date(year, month, n + 1)
                                 for n in range(last)) if d.weekday() < 5],
                    spec["nth"])
    extra = spec.get("after_patch_tuesday_days")
    tuesday = weekday_dates(year, month, 1)[1]
    if kind == "patch_tuesday":
        base, extra = tuesday + (extra or 0) * DAY, None
    dates = [(base + spec.get("delay_days", 0) * DAY, kind)]
    if extra is not None:
        dates.append((tuesday + extra * DAY, "patch_tuesday"))
    return dates


def cron_set(text, low, high):
    values = set()
    for item in text.split(","):
        item, _, step = item.partition("/")
        if item == "*":
            first, last = low, high
        else:
            first, _, last = item.partition("-")
            first, last = int(first), int(last or first)
        values |= set(range(first, last + 1, int(step or 1)))
    return values


def cron_days(spec, day):
    _, _, dates, months, weekdays = spec["expression"].split()
    if day.month not in cron_set(months, 1, 12):
        return False
    by_date = day.day in cron_set(dates, 1, 31)
    by_weekday = day.isoweekday() % 7 in {n % 7 for n in
                                          cron_set(weekdays, 0, 6)}
    if dates[0] == "*" or weekdays[0] == "*":
        return by_date and by_weekday
    return by_date or by_weekday


def times(spec):
    if spec["type"] != "cron":
        return [dt.time.fromisoformat(spec["time"])]
    minutes, hours = spec["expression"].split()[:2]
    return [dt.time(h, m) for h in sorted(cron_set(hours, 0, 23))
            for m in sorted(cron_set(minutes, 0, 59))]


def dates(spec, first):
    """(date, rule) in order, each date once."""
    kind = spec["type"]
    if kind in ("daily", "weekly", "cron"):
        for n in range(366 * 12):
            day = first + n * DAY
            if (kind == "daily" or kind == "cron" and cron_days(spec, day) or
                    kind == "weekly" and
                    WEEKDAYS[day.weekday()] in spec["weekdays"]):
                yield day, kind
        return
    found = {}
    for n in range(-3, 12 * 14):
        month = first.month - 1 + n
        for day, rule in month_dates(spec, first.year + month // 12,
                                     month % 12 + 1):
            if rule == kind or day not in found:
                found[day] = rule
    yield from sorted((d, r) for d, r in found.items() if d >= first)


def stage(spec, zone, at):
    if not spec.get("stage_hours"):
        return None
    start = at - dt.timedelta(hours=spec["stage_hours"])
    local = at.astimezone(zone).replace(tzinfo=None)
    if local.day == 1:
        midnight = dt.datetime.combine(local.date(), dt.time())
        start = max(start, to_utc(zone, midnight))
    return start.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def runs(spec, zone_name, from_text, count):
    zone = zoneinfo.ZoneInfo(zone_name)
    local = dt.datetime.fromisoformat(from_text)
    last = to_utc(zone, local)
    if not exists(zone, local):
        last -= dt.timedelta(seconds=1)
    found = []
    for day, rule in dates(spec, local.date() - 2 * DAY):
        for time in times(spec):
            at = to_utc(zone, dt.datetime.combine(day, time))
            if at <= last or len(found) == count:
                continue
            last = at
            found.append({
                "local": at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
                "utc": at.strftime("%Y-%m-%dT%H:%MZ"), "rule": rule,
                "stage_local": stage(spec, zone, at)})
        if len(found) == count:
            break
    return found


def random_field(r, low, high):
    kind = r.randrange(6)
    first = r.randint(low, high)
    last = r.randint(first, high)
    if kind < 2:
        return "*"
    if kind == 2:
        return str(first)
    if kind == 3:
        return "*/%d" % r.randint(1, high)
    if kind == 4:
        return "%d-%d/%d" % (first, last, r.randint(1, high))
    return ",".join(str(r.randint(low, high)) for _ in range(3))


def random_cron(r):
    return " ".join([random_field(r, 0, 59), random_field(r, 0, 23),
                     random_field(r, 1, 28), random_field(r, 1, 12),
                     random_field(r, 0, 6)])


def random_spec(r):
    kind = r.choice(["daily", "weekly", "monthly_date", "monthly_weekday",
                     "monthly_workday", "patch_tuesday", "cron"])
    spec = {"type": kind}
    if kind == "cron":
        spec["expression"] = random_cron(r)
    else:
        spec["time"] = "%02d:%02d" % (r.choice([0, 1, 2, 3, 8, 23]),
                                      r.randrange(60))
    if kind == "weekly":
        spec["weekdays"] = r.sample(WEEKDAYS, r.randint(1, 7))
    if kind == "monthly_date":
        spec["date"] = r.choice(["last", 29, 30, 31, 2, 15, 28])
    if kind == "monthly_weekday":
        spec["nth"] = r.choice(["last", 1, 2, 3, 4])
        spec["weekday"] = r.choice(WEEKDAYS)
    if kind == "monthly_workday":
        spec["nth"] = r.choice(["last", 1, 2, 3, 4])
    if "month" in kind or kind == "patch_tuesday":
        if r.random() < .4:
            spec["months"] = r.sample(range(1, 13), r.randint(1, 5))
        if r.random() < .6:
            spec["delay_days"] = r.randint(0, 30)
        if r.random() < .5:
            spec["after_patch_tuesday_days"] = r.randint(0, 27)
    if r.random() < .5:
        spec["stage_hours"] = r.randint(1, 23)
    return spec


ZONES = ["UTC", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe",
         "Asia/Kolkata", "Pacific/Kiritimati", "Europe/Dublin",
         "America/Sao_Paulo", "Asia/Beirut", "Africa/Casablanca",
         "Pacific/Chatham", "America/Havana", "Antarctica/Troll",
         "Pacific/Apia", "Africa/Cairo", "America/St_Johns"]


def random_case(seed):
    r = random.Random(seed)
    # Near changes of the clock more often than not.
    month, day = r.choice([(3, r.randint(6, 31)), (10, r.randint(1, 31)),
                           (11, r.randint(1, 8)), (4, r.randint(1, 8)),
                           (r.randint(1, 12), r.randint(1, 28))])
    start = "%04d-%02d-%02dT%02d:%02d" % (r.choice([2011, 2018, 2026, 2027,
                                                    2028, 2044]),
                                          month, day, r.randrange(24),
                                          r.randrange(60))
    return random_spec(r), r.choice(ZONES), start
