/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/inventory_package.h"

const char *const inventory_release_names[INVENTORY_RELEASE_NAMES] = {
    "almalinux-release",     "centos-linux-release",
    "centos-release",        "centos-stream-release",
    "fedora-release-common", "redhat-release",
    "redhat-release-client", "redhat-release-computenode",
    "redhat-release-server", "redhat-release-workstation",
    "rocky-release",
};

static void add(struct inventory_facts *out, str name, enum oval_datatype type,
                enum oval_status status, str value)
{
    out->fact[out->n++] = (struct oval_fact){
        .name = name,
        .value = status == OVAL_EXISTS && value.p != NULL ? value : STR(""),
        .datatype = (uint8_t)type,
        .status = (uint8_t)status,
    };
}

static void add_known(struct inventory_facts *out, str name, str value)
{
    add(out, name, OVAL_STRING, value.n > 0 ? OVAL_EXISTS : OVAL_NOT_COLLECTED,
        value);
}

struct parts {
    str epoch; /* p == NULL: none */
    str version;
    str release;
    bool has_release;
};

/* The epoch ends at the first colon, the release begins behind the last
 * hyphen. */
static struct parts split(str evr)
{
    struct parts parts = { STR_NONE, evr, STR(""), false };
    size_t colon = str_find_char(evr, ':');

    if (colon < evr.n) {
        parts.epoch = str_sub(evr, 0, colon);
        parts.version = str_sub(evr, colon + 1, SIZE_MAX);
    }
    for (size_t i = parts.version.n; i > 0; i--) {
        if (parts.version.p[i - 1] != '-')
            continue;
        parts.release = str_sub(parts.version, i, SIZE_MAX);
        parts.version = str_sub(parts.version, 0, i - 1);
        parts.has_release = true;
        break;
    }
    return parts;
}

/* epoch, release, version and evr, in this order. */
static void add_version(struct inventory_facts *out, enum oval_manager manager,
                        str evr, struct arena *arena)
{
    enum oval_datatype type =
        manager == OVAL_MANAGER_RPM ? OVAL_EVR_STRING : OVAL_DEBIAN_EVR_STRING;
    struct parts parts = split(evr);
    enum oval_status status = evr.n > 0 ? OVAL_EXISTS : OVAL_STATUS_ERROR;
    enum oval_status known = status;
    str epoch = parts.epoch;

    if (epoch.p == NULL) {
        epoch = STR("(none)");
        evr = arena_printf(arena, "0:%" PRIstr, ARGstr(evr));
    } else if (str_eq(epoch, STR("0"))) {
        known = status == OVAL_EXISTS ? OVAL_NOT_COLLECTED : status;
    }
    add(out, STR("epoch"), OVAL_STRING, known, epoch);
    if (manager == OVAL_MANAGER_RPM && !parts.has_release &&
        status == OVAL_EXISTS)
        add(out, STR("release"), OVAL_STRING, OVAL_NOT_COLLECTED, STR(""));
    else
        add(out, STR("release"), OVAL_STRING, status, parts.release);
    add(out, STR("version"), OVAL_STRING, status, parts.version);
    add(out, STR("evr"), type, status, evr);
}

void inventory_facts_of(struct inventory_facts *out, enum oval_manager manager,
                        const struct oval_installed *p, struct arena *arena)
{
    str evr;

    out->n = 0;
    add(out, STR("name"), OVAL_STRING, OVAL_EXISTS, p->name);
    add_known(out, STR("arch"), p->arch);
    add_version(out, manager, p->evr, arena);
    if (manager != OVAL_MANAGER_RPM)
        return;
    add_known(out, STR("signature_keyid"), p->key_id);
    evr = inventory_fact(out, "evr")->value;
    if (p->arch.n > 0 && p->evr.n > 0)
        add_known(out, STR("extended_name"),
                  arena_printf(arena, "%" PRIstr "-%" PRIstr ".%" PRIstr,
                               ARGstr(p->name), ARGstr(evr), ARGstr(p->arch)));
    else
        add_known(out, STR("extended_name"), STR(""));
}

const struct oval_fact *inventory_fact(const struct inventory_facts *facts,
                                       const char *name)
{
    const struct oval_fact *fact = facts->fact;

    while (!str_eq_c(fact->name, name))
        fact++;
    return fact;
}

struct oval_installed inventory_as_source(const struct oval_installed *package)
{
    struct oval_installed as = *package;

    as.name = package->source;
    if (package->source_evr.n > 0)
        as.evr = package->source_evr;
    return as;
}

bool inventory_is_list(const struct oval_want *want)
{
    return want->operation == OVAL_EQUALS && want->datatype == OVAL_STRING &&
           !want->nil && want->var_check == OVAL_CHECK_AT_LEAST_ONE;
}
