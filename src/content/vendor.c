/* SPDX-License-Identifier: Apache-2.0 */
#include "content/vendor.h"

#define DEBIAN "https://www.debian.org/security/oval/oval-definitions-"
#define CANONICAL "https://security-metadata.canonical.com/oval/com.ubuntu."
#define RED_HAT "https://security.access.redhat.com/data/oval/v2/"
#define SUSE "https://ftp.suse.com/pub/projects/security/oval/"
#define ORACLE "https://linux.oracle.com/security/oval/com.oracle.elsa-"
#define ALMALINUX "https://security.almalinux.org/oval/org.almalinux.alsa-"

/* clang-format off */
const struct vendor_feed vendor_feeds[] = {
    { "almalinux-8", "AlmaLinux", "AlmaLinux 8",
      "almalinux", "8", ALMALINUX "8.xml.bz2", NULL },
    { "almalinux-9", "AlmaLinux", "AlmaLinux 9",
      "almalinux", "9", ALMALINUX "9.xml.bz2", NULL },
    { "debian-10", "Debian", "Debian GNU/Linux 10 (buster)",
      "debian", "10", DEBIAN "buster.xml.bz2", NULL },
    { "debian-11", "Debian", "Debian GNU/Linux 11 (bullseye)",
      "debian", "11", DEBIAN "bullseye.xml.bz2", NULL },
    { "debian-12", "Debian", "Debian GNU/Linux 12 (bookworm)",
      "debian", "12", DEBIAN "bookworm.xml.bz2", NULL },
    { "debian-13", "Debian", "Debian GNU/Linux 13 (trixie)",
      "debian", "13", DEBIAN "trixie.xml.bz2", NULL },
    { "ol-7", "Oracle", "Oracle Linux 7",
      "ol", "7", ORACLE "ol7.xml.bz2", NULL },
    { "ol-8", "Oracle", "Oracle Linux 8",
      "ol", "8", ORACLE "ol8.xml.bz2", NULL },
    { "ol-9", "Oracle", "Oracle Linux 9",
      "ol", "9", ORACLE "ol9.xml.bz2", NULL },
    { "opensuse-leap-15.4", "SUSE", "openSUSE Leap 15.4",
      "opensuse-leap", "15.4", SUSE "opensuse.leap.15.4-patch.xml.gz", NULL },
    { "opensuse-leap-15.5", "SUSE", "openSUSE Leap 15.5",
      "opensuse-leap", "15.5", SUSE "opensuse.leap.15.5-patch.xml.gz", NULL },
    { "opensuse-leap-15.6", "SUSE", "openSUSE Leap 15.6",
      "opensuse-leap", "15.6", SUSE "opensuse.leap.15.6-patch.xml.gz", NULL },
    { "rhel-7", "Red Hat", "Red Hat Enterprise Linux 7",
      "rhel", "7", RED_HAT "RHEL7/rhel-7.oval.xml.bz2", NULL },
    { "rhel-8", "Red Hat", "Red Hat Enterprise Linux 8",
      "rhel", "8", RED_HAT "RHEL8/rhel-8.oval.xml.bz2", NULL },
    { "rhel-9", "Red Hat", "Red Hat Enterprise Linux 9",
      "rhel", "9", RED_HAT "RHEL9/rhel-9.oval.xml.bz2", NULL },
    { "sles-12", "SUSE", "SUSE Linux Enterprise Server 12",
      "sles", "12", SUSE "suse.linux.enterprise.server.12-patch.xml.gz", NULL },
    { "sles-15", "SUSE", "SUSE Linux Enterprise Server 15",
      "sles", "15", SUSE "suse.linux.enterprise.server.15-patch.xml.gz", NULL },
    { "ubuntu-16.04", "Canonical", "Ubuntu 16.04 LTS (xenial)",
      "ubuntu", "16.04", CANONICAL "xenial.usn.oval.xml.bz2", NULL },
    { "ubuntu-18.04", "Canonical", "Ubuntu 18.04 LTS (bionic)",
      "ubuntu", "18.04", CANONICAL "bionic.usn.oval.xml.bz2", NULL },
    { "ubuntu-20.04", "Canonical", "Ubuntu 20.04 LTS (focal)",
      "ubuntu", "20.04", CANONICAL "focal.usn.oval.xml.bz2", NULL },
    { "ubuntu-22.04", "Canonical", "Ubuntu 22.04 LTS (jammy)",
      "ubuntu", "22.04", CANONICAL "jammy.usn.oval.xml.bz2", NULL },
    { "ubuntu-24.04", "Canonical", "Ubuntu 24.04 LTS (noble)",
      "ubuntu", "24.04", CANONICAL "noble.usn.oval.xml.bz2", NULL },
};
/* clang-format on */

const size_t vendor_feed_count = COUNT(vendor_feeds);

const struct vendor_feed *vendor_find(str id)
{
    for (size_t i = 0; i < vendor_feed_count; i++) {
        if (str_eq_c(id, vendor_feeds[i].id))
            return &vendor_feeds[i];
    }
    return NULL;
}
