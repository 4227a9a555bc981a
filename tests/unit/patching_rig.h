/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices that say what patches they lack, and what is looked at in answers.
 */
#ifndef TESTS_PATCHING_RIG_H
#define TESTS_PATCHING_RIG_H

#include "tests/unit/unit.h"

#include "base/buf.h"
#include "proto/agent.h"
#include "proto/patching.h"
#include "tests/unit/agent_rig.h"

static struct patching_text cves[] = { { STR("CVE-2026-1000") } };
static struct patching_missing openssl = {
    .name = STR("openssl"),
    .arch = STR("amd64"),
    .installed = STR("3.0.11-1"),
    .candidate = STR("3.0.17-1"),
    .origin = STR("Debian"),
    .suite = STR("bookworm-security"),
    .repository = STR(""),
    .size = 1000,
    .advisory = STR("DSA-5000-1"),
    .type = STR("security"),
    .severity = STR("important"),
    .title = STR("openssl -- security update"),
    .security = true,
    .problem = STR(""),
    .cves = { cves, 1 },
};
static struct patching_missing bash = {
    .name = STR("bash"),
    .arch = STR("amd64"),
    .installed = STR("5.2-1"),
    .candidate = STR("5.2-2"),
    .origin = STR("Debian"),
    .suite = STR("bookworm"),
    .repository = STR(""),
    .advisory = STR(""),
    .type = STR(""),
    .severity = STR(""),
    .title = STR(""),
    .problem = STR(""),
};

static struct patching_reboot reboot_of(bool needed)
{
    return (struct patching_reboot){
        .needed = needed,
        .level = needed ? PATCHING_REBOOT_MANDATORY : PATCHING_REBOOT_NONE,
        .reason = needed ? STR("a newer kernel is installed") : STR(""),
        .requester = STR(""),
        .action = STR(""),
        .action_by = STR(""),
    };
}

static void scan(struct agent_rig *rig, const struct enrolled_device *device,
                 const char *nonce, bool with_openssl)
{
    struct patching_missing missing[] = { bash, openssl };
    struct patching_scan message = {
        .nonce = str_c(nonce),
        .cause = PATCHING_SCAN_DAILY,
        .collected = rig->core->now,
        .manager = STR("apt"),
        .installed = 400,
        .missing = { missing, with_openssl ? 2 : 1 },
        .reboot = reboot_of(false),
        .errors = STR(""),
    };

    agent_rig_be(rig, device);
    agent_rig_say(rig, 204, "/agent/v1/patch-scan", &shape_patching_scan,
                  &message);
    agent_rig_be(rig, NULL);
}

static struct enrolled_device enrol(struct agent_rig *rig, const char *name)
{
    struct enrolled_device device = agent_rig_enrol(rig, name);

    agent_rig_be(rig, NULL);
    core_rig_sql(rig->core,
                 "UPDATE device SET os_family = 'unix', os_id = 'debian',"
                 " os_version = '12', os_name = 'Debian GNU/Linux 12',"
                 " time_zone = 'UTC'");
    return device;
}

static const struct jval *items_of(const struct jval *list, size_t n)
{
    const struct jval *items = jval_get(list, "items");

    assert_int_equal(jval_count(items), n);
    return items;
}

static bool says(const struct jval *object, const char *key, const char *text)
{
    return str_eq_c(jval_text(jval_get(object, key), STR("")), text);
}

#endif
