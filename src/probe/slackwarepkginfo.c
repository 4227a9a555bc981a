/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:slackwarepkginfo_object: the packages of Slackware, by name. Each is
 * a file called NAME-VERSION-ARCHITECTURE-BUILD in /var/lib/pkgtools/packages
 * (Slackware 15) or /var/log/packages; the name may hold hyphens. A machine
 * without these directories, but with the database of another package
 * manager, has no such packages.
 *
 * OVAL does not say which of the two is the name of a package. It is NAME
 * here; but an object that names the whole file, as OVAL's own test content
 * does, gets the package under that name.
 */
#include "probe/listing.h"
#include "probe/managers.h"

enum {
    PACKAGES_MAX = 1000000
};

static const char *const places[] = { "/var/lib/pkgtools/packages",
                                      "/var/log/packages" };

struct package {
    str name;
    str version;
    str architecture;
    str revision;
};

/* Takes what follows the last hyphen. */
static bool cut_last(str *text, str *out)
{
    size_t at = text->n;

    while (at > 0 && text->p[at - 1] != '-')
        at--;
    if (at <= 1 || at == text->n)
        return false;
    *out = str_sub(*text, at, SIZE_MAX);
    *text = str_sub(*text, 0, at - 1);
    return true;
}

static bool read_name(str file, struct package *out)
{
    out->name = file;
    return cut_last(&out->name, &out->revision) &&
           cut_last(&out->name, &out->architecture) &&
           cut_last(&out->name, &out->version);
}

static void give(struct oval_sink *sink, const struct package *package)
{
    oval_item_begin(sink, "linux:slackwarepkginfo");
    oval_item_str(sink, "name", package->name);
    oval_item_str(sink, "version", package->version);
    oval_item_str(sink, "architecture", package->architecture);
    oval_item_str(sink, "revision", package->revision);
    oval_item_end(sink);
}

/* Does the object name the package by the whole name of its file? */
static bool is_named(struct oval_sink *sink, const struct oval_want *want,
                     str file)
{
    return (want->operation == OVAL_EQUALS ||
            want->operation == OVAL_CASE_INSENSITIVE_EQUALS ||
            want->operation == OVAL_PATTERN_MATCH) &&
           oval_sink_match(sink, want, file) == OVAL_TRUE;
}

static void give_wanted(struct package *package, str file,
                        const struct oval_want *want, struct oval_sink *sink)
{
    if (oval_sink_match(sink, want, package->name) != OVAL_TRUE) {
        if (!is_named(sink, want, file))
            return;
        package->name = file;
    }
    give(sink, package);
}

static void give_all(const struct listing *listing, const char *place,
                     const struct oval_want *want, struct oval_sink *sink)
{
    for (size_t i = 0; i < listing->names.n; i++) {
        const char *file = listing->names.p[i];
        struct package package;

        if (!read_name(str_c(file), &package))
            oval_sink_error(sink,
                            "%s/%s: expected NAME-VERSION-ARCHITECTURE-BUILD",
                            place, file);
        else
            give_wanted(&package, str_c(file), want, sink);
    }
}

static void say_absent(struct probe_machine *machine, struct oval_sink *sink)
{
    unsigned found = 0;
    struct err err = { 0 };

    if (managers_find(machine, ~(unsigned)MANAGER_SLACKWARE, &found, &err) < 0)
        oval_sink_error(sink, "%s", err_text(&err));
    else if (found == 0)
        oval_sink_error(sink,
                        "%s is not there, and no other package database "
                        "known to this program is there",
                        places[0]);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    const struct oval_want *want = oval_query_want(query, "name");

    if (want == NULL) {
        oval_sink_error(sink, "slackwarepkginfo_object has no name");
        return 0;
    }
    for (size_t i = 0; i < COUNT(places); i++) {
        AUTO(listing_clear) struct listing listing = { 0 };
        struct err why = { 0 };
        int rc = listing_read(machine, places[i], PACKAGES_MAX, &listing, &why);

        if (rc == E_ABSENT)
            continue;
        if (rc < 0)
            oval_sink_error(sink, "%s", err_text(&why));
        else
            give_all(&listing, places[i], want, sink);
        return 0;
    }
    say_absent(machine, sink);
    return 0;
}

const struct probe probe_slackwarepkginfo = {
    .object = "linux:slackwarepkginfo",
    .needs = PROBE_MATCHES,
    .collect = collect,
};
