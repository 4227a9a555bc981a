/* SPDX-License-Identifier: Apache-2.0
 *
 * The kinds of objects that can be collected: one line a probe in PROBES,
 * sorted by the row's object ("family:name"). A line NAME stands for the row
 * `const struct probe probe_NAME`, which its probe's file defines.
 */
#ifndef PROBE_TABLE_H
#define PROBE_TABLE_H

#include "probe/probe.h"

/* clang-format off */
#define PROBES(ROW) \
    ROW(environmentvariable) \
    ROW(environmentvariable58) \
    ROW(family) \
    ROW(filehash) \
    ROW(filehash58) \
    ROW(filemd5) \
    ROW(ldap) \
    ROW(ldap57) \
    ROW(sql) \
    ROW(sql57) \
    ROW(textfilecontent) \
    ROW(textfilecontent54) \
    ROW(xmlfilecontent) \
    ROW(yamlfilecontent) \
    ROW(apparmorstatus) \
    ROW(dpkginfo) \
    ROW(fwupdsecattr) \
    ROW(iflisteners) \
    ROW(inetlisteningservers) \
    ROW(partition) \
    ROW(rpminfo) \
    ROW(rpmverify) \
    ROW(rpmverifyfile) \
    ROW(rpmverifypackage) \
    ROW(selinuxboolean) \
    ROW(selinuxsecuritycontext) \
    ROW(slackwarepkginfo) \
    ROW(systemdunitdependency) \
    ROW(systemdunitproperty) \
    ROW(dnscache) \
    ROW(file) \
    ROW(fileextendedattribute) \
    ROW(gconf) \
    ROW(inetd) \
    ROW(interface) \
    ROW(password) \
    ROW(process) \
    ROW(process58) \
    ROW(routingtable) \
    ROW(runlevel) \
    ROW(shadow) \
    ROW(symlink) \
    ROW(sysctl) \
    ROW(uname) \
    ROW(xinetd)

/* clang-format on */
#define PROBE_DECLARE(name) extern const struct probe probe_##name;
PROBES(PROBE_DECLARE)
#undef PROBE_DECLARE

#endif
