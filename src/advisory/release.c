/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/release.h"

#include "version/dotted.h"
#include "version/dpkg.h"
#include "version/rpm.h"

/* What a release is called elsewhere. */
static const struct {
    const char *name;
    const char *release;
} names[] = {
    { "etch", "debian:4" },         { "lenny", "debian:5" },
    { "squeeze", "debian:6" },      { "wheezy", "debian:7" },
    { "jessie", "debian:8" },       { "stretch", "debian:9" },
    { "buster", "debian:10" },      { "bullseye", "debian:11" },
    { "bookworm", "debian:12" },    { "trixie", "debian:13" },
    { "forky", "debian:14" },       { "duke", "debian:15" },
    { "sid", "debian:sid" },        { "woody", "debian:3.0" },
    { "sarge", "debian:3.1" },      { "potato", "debian:2.2" },
    { "precise", "ubuntu:12.04" },  { "trusty", "ubuntu:14.04" },
    { "xenial", "ubuntu:16.04" },   { "bionic", "ubuntu:18.04" },
    { "focal", "ubuntu:20.04" },    { "jammy", "ubuntu:22.04" },
    { "lunar", "ubuntu:23.04" },    { "mantic", "ubuntu:23.10" },
    { "noble", "ubuntu:24.04" },    { "oracular", "ubuntu:24.10" },
    { "plucky", "ubuntu:25.04" },   { "questing", "ubuntu:25.10" },
    { "kinetic", "ubuntu:22.10" },  { "impish", "ubuntu:21.10" },
    { "hirsute", "ubuntu:21.04" },  { "groovy", "ubuntu:20.10" },
    { "eoan", "ubuntu:19.10" },     { "disco", "ubuntu:19.04" },
    { "cosmic", "ubuntu:18.10" },   { "artful", "ubuntu:17.10" },
    { "zesty", "ubuntu:17.04" },    { "yakkety", "ubuntu:16.10" },
    { "wily", "ubuntu:15.10" },     { "vivid", "ubuntu:15.04" },
    { "utopic", "ubuntu:14.10" },   { "saucy", "ubuntu:13.10" },
    { "raring", "ubuntu:13.04" },   { "quantal", "ubuntu:12.10" },
    { "oneiric", "ubuntu:11.10" },  { "natty", "ubuntu:11.04" },
    { "maverick", "ubuntu:10.10" }, { "lucid", "ubuntu:10.04" },
    { "karmic", "ubuntu:9.10" },    { "jaunty", "ubuntu:9.04" },
    { "intrepid", "ubuntu:8.10" },  { "hardy", "ubuntu:8.04" },
    { "gutsy", "ubuntu:7.10" },     { "feisty", "ubuntu:7.04" },
    { "edgy", "ubuntu:6.10" },      { "dapper", "ubuntu:6.06" },
};

/* What a system is called at the begin of a name; longer ones first where
 * one begins with the other. */
static const struct {
    const char *name;
    const char *id;
} systems[] = {
    { "cpe:/o:redhat:enterprise_linux:", "rhel" },
    { "cpe:/o:redhat:rhel_els:", "rhel" },
    { "cpe:/a:redhat:enterprise_linux:", "rhel" },
    { "cpe:/o:redhat:rhel_eus:", "rhel" },
    { "cpe:/a:redhat:rhel_eus:", "rhel" },
    { "cpe:/o:redhat:rhel_aus:", "rhel" },
    { "cpe:/a:redhat:rhel_aus:", "rhel" },
    { "cpe:/o:redhat:rhel_tus:", "rhel" },
    { "cpe:/a:redhat:rhel_tus:", "rhel" },
    { "cpe:/o:redhat:rhel_e4s:", "rhel" },
    { "cpe:/a:redhat:rhel_e4s:", "rhel" },
    { "cpe:/o:suse:sles:", "sles" },
    { "cpe:/o:suse:sled:", "sled" },
    { "cpe:/o:opensuse:leap:", "opensuse-leap" },
    { "Red Hat Enterprise Linux Server", "rhel" },
    { "Red Hat Enterprise Linux", "rhel" },
    { "Red Hat", "rhel" },
    { "AlmaLinux", "almalinux" },
    { "Rocky Linux", "rocky" },
    { "Oracle Linux", "ol" },
    { "openSUSE Leap", "opensuse-leap" },
    { "openSUSE Tumbleweed", "opensuse-tumbleweed" },
    { "SUSE Linux Enterprise Server", "sles" },
    { "SUSE Linux Enterprise Desktop", "sled" },
    { "SUSE:Linux Enterprise Server", "sles" },
    { "Fedora", "fedora" },
    { "Debian GNU/Linux", "debian" },
    { "Debian", "debian" },
    { "Ubuntu", "ubuntu" },
    { "Amazon Linux", "amzn" },
    { "CentOS Linux", "centos" },
    { "CentOS", "centos" },
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* " 15 SP5", ":9", "-12", " 22.04 LTS": the number, and SUSE's service pack
 * behind a dot. False when something else stands there. */
static bool add_number(str rest, struct buf *out)
{
    size_t n = 0;

    while (rest.n > 0 && strchr(" :-/v", rest.p[0]) != NULL)
        rest = str_sub(rest, 1, SIZE_MAX);
    while (n < rest.n && (is_digit(rest.p[n]) || rest.p[n] == '.'))
        n++;
    if (n == 0)
        return false;
    buf_add_char(out, ':');
    buf_add(out, str_sub(rest, 0, n));
    rest = str_trim(str_sub(rest, n, SIZE_MAX));
    if (str_starts(rest, STR(":")))
        rest = str_sub(rest, 1, SIZE_MAX);
    if (rest.n > 2 && str_eq_nocase(str_sub(rest, 0, 2), STR("SP")) &&
        is_digit(rest.p[2])) {
        buf_add_char(out, '.');
        for (n = 2; n < rest.n && is_digit(rest.p[n]); n++)
            buf_add_char(out, rest.p[n]);
        rest = str_sub(rest, n, SIZE_MAX);
    }
    return rest.n == 0 || str_eq_nocase(str_trim(rest), STR("LTS")) ||
           str_starts(rest, STR(":")) || str_starts(rest, STR("("));
}

static bool add_system(str text, struct buf *out)
{
    for (size_t i = 0; i < COUNT(systems); i++) {
        str name = str_c(systems[i].name);

        if (!str_eq_nocase(str_sub(text, 0, name.n), name))
            continue;
        buf_reset(out);
        buf_add_c(out, systems[i].id);
        if (add_number(str_sub(text, name.n, SIZE_MAX), out))
            return true;
    }
    return false;
}

void release_name(str text, struct buf *out)
{
    text = str_trim(text);
    buf_reset(out);
    for (size_t i = 0; i < COUNT(names); i++) {
        if (!str_eq_nocase(text, str_c(names[i].name)))
            continue;
        buf_add_c(out, names[i].release);
        return;
    }
    if (add_system(text, out))
        return;
    buf_reset(out);
    buf_add(out, text);
}

bool release_covers(str stated, str device)
{
    if (stated.n == 0 || str_eq(stated, device))
        return true;
    return str_starts(device, stated) &&
           str_find_char(stated, ':') < stated.n &&
           str_find_char(stated, '.') == stated.n && device.p[stated.n] == '.';
}

enum release_family release_family_of(str release)
{
    static const struct {
        const char *id;
        enum release_family family;
    } families[] = {
        { "debian", RELEASE_DPKG },
        { "ubuntu", RELEASE_DPKG },
        { "linuxmint", RELEASE_DPKG },
        { "raspbian", RELEASE_DPKG },
        { "devuan", RELEASE_DPKG },
        { "kali", RELEASE_DPKG },
        { "rhel", RELEASE_RPM },
        { "almalinux", RELEASE_RPM },
        { "rocky", RELEASE_RPM },
        { "ol", RELEASE_RPM },
        { "centos", RELEASE_RPM },
        { "fedora", RELEASE_RPM },
        { "opensuse-leap", RELEASE_RPM },
        { "opensuse-tumbleweed", RELEASE_RPM },
        { "sles", RELEASE_RPM },
        { "sled", RELEASE_RPM },
        { "amzn", RELEASE_RPM },
        { "photon", RELEASE_RPM },
        { "azurelinux", RELEASE_RPM },
        { "mariner", RELEASE_RPM },
    };
    str id = str_cut(&release, ':');

    for (size_t i = 0; i < COUNT(families); i++) {
        if (str_eq_c(id, families[i].id))
            return families[i].family;
    }
    return RELEASE_OTHER;
}

int release_version_order(str release, str a, str b, int *out_order,
                          struct err *err)
{
    switch (release_family_of(release)) {
    case RELEASE_DPKG:
        return dpkg_version_compare(a, b, out_order, err);
    case RELEASE_RPM:
        return rpm_version_compare(a, b, out_order, err);
    default:
        return dotted_version_compare(a, b, out_order, err);
    }
}
