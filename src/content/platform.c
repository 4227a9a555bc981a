/* SPDX-License-Identifier: Apache-2.0 */
#include "content/platform.h"

#include "base/map.h"
#include "base/vec.h"

/* What a platform's name in content begins with; the version follows.
 * clang-format off */
static const struct {
    const char *prefix;
    const char *id;
} names[] = {
    { "Debian GNU/Linux ", "debian" },
    { "Debian ", "debian" },
    { "Ubuntu ", "ubuntu" },
    { "Red Hat Enterprise Linux ", "rhel" },
    { "CentOS Stream ", "centos" },
    { "AlmaLinux ", "almalinux" },
    { "Rocky Linux ", "rocky" },
    { "Oracle Linux ", "ol" },
    { "Fedora ", "fedora" },
    { "openSUSE Leap ", "opensuse-leap" },
    { "SUSE Linux Enterprise Server ", "sles" },
    { "SUSE Linux Enterprise Desktop ", "sled" },
    { "Amazon Linux ", "amzn" },
    { "Azure Linux ", "azurelinux" },
    { "CBL-Mariner ", "mariner" },
    { "VMware Photon OS ", "photon" },
    { "Photon OS ", "photon" },
    { "Cisco IOS XE", "iosxe" },
    { "Cisco IOS-XE", "iosxe" },
    { "Cisco IOS", "ios" },
    { "Cisco PIX", "pixos" },
    { "Cisco ASA", "asa" },
    { "Cisco Adaptive Security Appliance", "asa" },
    { "Cisco CatOS", "catos" },
};

static const struct {
    const char *id;
    const char *also[2];
} others[] = {
    { "catalyst", { "ios", "iosxe" } },
    { "fwsm", { "asa" } },
    { "ios", { "iosxe" } },
    { "ios-xe", { "iosxe", "ios" } },
    { "pix", { "pixos" } },
};
/* clang-format on */

/* "22.04 LTS" is 22.04, "15 SP4" is 15.4 as os-release writes it. */
static str version_of(str rest, struct arena *arena)
{
    size_t n = 0;
    str tail;

    while (n < rest.n && ((rest.p[n] >= '0' && rest.p[n] <= '9') ||
                          (rest.p[n] == '.' && n > 0)))
        n++;
    tail = str_sub(rest, n, SIZE_MAX);
    if (n > 0 && str_starts(tail, STR(" SP")) && tail.n == 4)
        return arena_printf(arena, "%" PRIstr ".%c",
                            ARGstr(str_sub(rest, 0, n)), tail.p[3]);
    return arena_str(arena, str_sub(rest, 0, n));
}

str platform_also(str os_id, size_t index)
{
    for (size_t i = 0; i < COUNT(others); i++)
        if (str_eq_c(os_id, others[i].id) && index < COUNT(others[i].also))
            return str_c(others[i].also[index]);
    return STR_NONE;
}

bool platform_of_name(str name, struct arena *arena, struct platform *out)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        str prefix = str_c(names[i].prefix);

        if (!str_starts(name, prefix))
            continue;
        *out = (struct platform){
            .id = str_c(names[i].id),
            .version = version_of(str_sub(name, prefix.n, SIZE_MAX), arena),
            .name = arena_str(arena, name),
        };
        return true;
    }
    return false;
}

struct platform platform_of_content(const struct oval_content *content,
                                    struct arena *arena)
{
    AUTO(map_clear) struct map seen = MAP;
    VEC(uint32_t) counts = { 0 };
    struct platform best = { 0 };
    uint32_t best_at = 0;

    for (uint32_t i = 0; i < content->notes.n; i++) {
        const struct oval_note *note = &content->notes.p[i];
        uint32_t at;

        if (note->kind != OVAL_NOTE_PLATFORM)
            continue;
        at = map_add(&seen, oval_prose_text(content, note->a),
                     (uint32_t)counts.n);
        if (at == counts.n)
            vec_push(&counts);
        counts.p[at]++;
        if (best.id.n > 0 &&
            (at == best_at || counts.p[at] <= counts.p[best_at]))
            continue;
        if (platform_of_name(oval_prose_text(content, note->a), arena, &best))
            best_at = at;
    }
    vec_clear(&counts);
    return best;
}

bool platform_names_sources(const struct oval_content *content)
{
    return content->definitions.n > 0 &&
           str_starts(oval_name_text(content, content->definitions.p[0].id),
                      STR("oval:org.debian:def:"));
}
