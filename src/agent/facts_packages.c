/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/inventory.h"
#include "probe/dpkg_db.h"
#include "probe/managers.h"
#include "probe/rpm_db.h"

/* What a message cannot hold is told, and not sent in another form. */
static bool fits(str text)
{
    return text.n <= AGENT_NAME_MAX;
}

static void add(struct inventory_sources *from, struct inventory *out,
                const struct fact_package *package)
{
    struct fact_package *list = (struct fact_package *)out->packages.p;
    struct fact_package *at;

    if (!fits(package->name) || !fits(package->evr) || !fits(package->source) ||
        !fits(package->source_evr) || out->packages.n == PACKAGES_MAX) {
        (void)err_set(&from->err, E_LIMIT,
                      "%" PRIstr " is left out: too long, or too many",
                      ARGstr(package->name));
        facts_problem(from, "packages");
        return;
    }
    at = &list[out->packages.n++];
    at->name = facts_clean(from->arena, package->name);
    at->evr = facts_clean(from->arena, package->evr);
    at->arch = facts_clean(from->arena, package->arch);
    at->source = facts_clean(from->arena, package->source);
    at->source_evr = facts_clean(from->arena, package->source_evr);
    at->key_id = facts_clean(from->arena, package->key_id);
}

static void read_dpkg(struct inventory_sources *from, struct inventory *out)
{
    const struct dpkg_db *db = dpkg_db_of(from->machine);

    out->manager = STR("dpkg");
    if (db->rc < 0) {
        from->err = db->err;
        facts_problem(from, "dpkg");
        return;
    }
    out->packages.p = arena_alloc(from->arena, db->packages.n + 1,
                                  sizeof(struct fact_package));
    for (size_t i = 0; i < db->packages.n; i++) {
        const struct dpkg_package *package = &db->packages.p[i];

        if (!package->gone)
            add(from, out,
                &(struct fact_package){ .name = package->name,
                                        .evr = package->version,
                                        .arch = package->arch,
                                        .source = package->source,
                                        .source_evr =
                                            package->source_version });
    }
}

static str unless(str text, str none)
{
    return str_eq(text, none) ? STR("") : text;
}

static void read_rpm(struct inventory_sources *from, struct inventory *out)
{
    const struct rpm_db *db = rpm_db_of(from->machine);

    out->manager = STR("rpm");
    if (db->rc < 0) {
        from->err = db->err;
        facts_problem(from, "rpm");
        return;
    }
    out->packages.p = arena_alloc(from->arena, db->packages.n + 1,
                                  sizeof(struct fact_package));
    for (size_t i = 0; i < db->packages.n; i++) {
        const struct rpm_package *package = &db->packages.p[i];

        add(from, out,
            &(struct fact_package){
                .name = package->name,
                .evr = package->evr,
                .arch = unless(package->arch, STR("(none)")),
                .key_id = unless(package->key_id, STR("0")),
            });
    }
}

void facts_packages(struct inventory_sources *from, struct inventory *out)
{
    unsigned found = 0;

    if (managers_find(from->machine,
                      MANAGER_DPKG | MANAGER_RPM | MANAGER_SLACKWARE |
                          MANAGER_APK | MANAGER_PACMAN | MANAGER_PORTAGE,
                      &found, &from->err) < 0) {
        facts_problem(from, "package managers");
        return;
    }
    if ((found & MANAGER_DPKG) != 0) {
        read_dpkg(from, out);
    } else if ((found & MANAGER_RPM) != 0) {
        read_rpm(from, out);
    } else {
        (void)err_set(&from->err, E_UNSUPPORTED,
                      "neither dpkg nor rpm has a database here");
        facts_problem(from, "packages");
    }
}
