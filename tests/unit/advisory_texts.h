/* SPDX-License-Identifier: Apache-2.0
 *
 * What publishers' formats look like, each with a few things that are rare.
 */
#ifndef TESTS_UNIT_ADVISORY_TEXTS_H
#define TESTS_UNIT_ADVISORY_TEXTS_H

#define DSA                                                                    \
    "[29 Mar 2023] DSA-5380-1 xorg-server - security update\n"                 \
    "\t{CVE-2023-1393}\n"                                                      \
    "\t[bullseye] - xorg-server 2:1.20.11-1+deb11u6\n"                         \
    "[15 Mar 2023] DSA-5374-1 tool - security update\n"                        \
    "\t{CVE-2023-2001 CVE-2023-2002 }\n"                                       \
    "\t[buster] - tool <end-of-life> (Not supported)\n"                        \
    "\t[bullseye] - tool 1.2-3 (high)\n"                                       \
    "\t[stretch] - tool <not-affected> (Vulnerable code not present)\n"        \
    "\tNOTE: see the report\n"                                                 \
    "[August 26th, 2005] DTSA-1-1 old - various\n"                             \
    "\t[etch] - old 1.0\n"

#define TRACKER                                                                \
    "{\"tool\": {\"CVE-2023-2001\": {\"scope\": \"remote\", \"releases\": "    \
    "{\"bullseye\": {\"status\": \"open\", \"urgency\": \"low**\", "           \
    "\"nodsa\": \"Minor issue\", \"nodsa_reason\": \"\", "                     \
    "\"repositories\": {\"bullseye\": \"1.2-2\"}}, "                           \
    "\"bookworm\": {\"status\": \"resolved\", \"fixed_version\": \"1.3-1\", "  \
    "\"urgency\": \"not yet assigned\", \"repositories\": {}}, "               \
    "\"sid\": {\"status\": \"resolved\", \"fixed_version\": \"0\", "           \
    "\"urgency\": \"unimportant\", \"repositories\": {}}}}}, "                 \
    "\"other\": {\"TEMP-0000001-ABC\": {\"releases\": {\"trixie\": "           \
    "{\"status\": \"undetermined\", \"urgency\": \"low\", "                    \
    "\"repositories\": {}}, \"buster\": {\"status\": \"open\", "               \
    "\"nodsa\": \"x\", \"nodsa_reason\": \"ignored\", \"urgency\": \"high\", " \
    "\"repositories\": {}}}}}}"

#define USN                                                                    \
    "{\"5000-1\": {\"id\": \"5000-1\", \"title\": \"tool vulnerability\", "    \
    "\"isummary\": \"i\", \"summary\": \"tool could crash.\", "                \
    "\"action\": \"you need to reboot your computer\", "                       \
    "\"timestamp\": 1624363200.5, \"cves\": [\"CVE-2023-2001\", "              \
    "\"https://launchpad.net/bugs/1\"], \"releases\": {\"jammy\": "            \
    "{\"sources\": {\"tool\": {\"version\": \"1.2-3ubuntu1\"}}, "              \
    "\"binaries\": {\"libtool1\": {\"version\": \"1.2-3ubuntu1\"}}}}}}"

#define USN_API                                                                \
    "{\"limit\": 20, \"notices\": [{\"id\": \"USN-5001-1\", \"title\": "       \
    "\"t\", "                                                                  \
    "\"published\": \"2021-06-22T12:00:00\", \"cves_ids\": "                   \
    "[\"CVE-2023-2002\"], \"release_packages\": {\"focal\": [{\"name\": "      \
    "\"tool\", \"version\": \"1.1-1\", \"is_source\": true}, "                 \
    "{\"name\": \"libtool1\", \"version\": \"1.1-1\", "                        \
    "\"is_source\": false}]}}], \"offset\": 0}"

#define UPDATEINFO                                                             \
    "<?xml version=\"1.0\"?><updates>\n"                                       \
    "<update from=\"us@example.org\" type=\"security\" version=\"1\">"         \
    "<id>EXSA-2023:1</id><title>tool update</title>"                           \
    "<issued date=\"2023-05-09 10:00:00\"/><updated date=\"2023-05-10\"/>"     \
    "<severity>Important</severity><description>Long &amp; text</description>" \
    "<references><reference type=\"cve\" id=\"CVE-2023-2001\" "                \
    "href=\"https://example.org/1\"/><reference type=\"self\" id=\"x\" "       \
    "href=\"https://example.org/self\"/></references>"                         \
    "<pkglist><collection short=\"\"><name>AlmaLinux 9</name>"                 \
    "<package name=\"tool\" epoch=\"1\" version=\"2.0\" release=\"3.el9\" "    \
    "arch=\"x86_64\"><filename>f</filename><reboot_suggested>True"             \
    "</reboot_suggested></package>"                                            \
    "<package name=\"tool-libs\" epoch=\"0\" version=\"2.0\" "                 \
    "release=\"3.el9\" arch=\"x86_64\"/></collection></pkglist></update>"      \
    "<update type=\"bugfix\"><id>EXBA-2023:2</id><references><reference "      \
    "type=\"bugzilla\" id=\"1\" title=\"CVE-2023-2009 tool: crash\"/>"         \
    "</references><pkglist><collection><name>a repository</name>"              \
    "<package name=\"tool\" version=\"2.1\" release=\"1.el9\" "                \
    "arch=\"noarch\"/></collection></pkglist></update></updates>"

#define OSV                                                                    \
    "{\"schema_version\": \"1.6.0\", \"id\": \"ALSA-2023:9\", \"summary\": "   \
    "\"Important: tool security update\", \"published\": "                     \
    "\"2023-05-09T00:00:00Z\", \"modified\": \"2023-05-11T01:02:03Z\", "       \
    "\"related\": [\"CVE-2023-2001\"], \"affected\": [{\"package\": "          \
    "{\"ecosystem\": \"AlmaLinux:9\", \"name\": \"tool\"}, \"ranges\": "       \
    "[{\"type\": \"ECOSYSTEM\", \"events\": [{\"introduced\": \"0\"}, "        \
    "{\"fixed\": \"1:2.0-4.el9\"}]}]}], \"references\": [{\"url\": "           \
    "\"https://example.org/a\", \"type\": \"ADVISORY\"}]}"

#define OSV_LIST                                                               \
    "[{\"schema_version\": \"1.6.0\", \"id\": \"UBUNTU-CVE-2023-2001\", "      \
    "\"upstream\": [\"CVE-2023-2001\"], \"severity\": [{\"type\": "            \
    "\"CVSS_V3\", \"score\": \"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/"      \
    "A:H\"}], \"affected\": [{\"package\": {\"ecosystem\": "                   \
    "\"Ubuntu:22.04:LTS\", \"name\": \"tool\"}, \"ranges\": [{\"type\": "      \
    "\"ECOSYSTEM\", \"events\": [{\"introduced\": \"1.0\"}, "                  \
    "{\"last_affected\": \"1.5\"}, {\"introduced\": \"2.0\"}]}], "             \
    "\"ecosystem_specific\": {\"severity\": \"medium\"}}]}, "                  \
    "{\"id\": \"X-1\", \"affected\": [], \"withdrawn\": "                      \
    "\"2023-01-01T00:00:00Z\"}]"

#define CSAF(category, id, status)                                             \
    "{\"document\": {\"category\": \"" category "\", \"csaf_version\": "       \
    "\"2.0\", \"title\": \"tool\", \"publisher\": {\"name\": \"Example\"}, "   \
    "\"aggregate_severity\": {\"text\": \"Moderate\"}, \"references\": "       \
    "[{\"category\": \"self\", \"url\": \"https://example.org/csaf\"}], "      \
    "\"tracking\": {\"id\": \"" id "\", \"initial_release_date\": "            \
    "\"2023-05-01T00:00:00+00:00\", \"current_release_date\": "                \
    "\"2023-05-02T10:00:00+02:00\"}}, \"product_tree\": {\"branches\": "       \
    "[{\"category\": \"vendor\", \"name\": \"Example\", \"branches\": "        \
    "[{\"category\": \"product_name\", \"name\": \"RHEL 9\", \"product\": "    \
    "{\"name\": \"Red Hat Enterprise Linux 9\", \"product_id\": \"base\", "    \
    "\"product_identification_helper\": {\"cpe\": "                            \
    "\"cpe:/o:redhat:enterprise_linux:9::baseos\"}}}, {\"category\": "         \
    "\"architecture\", \"name\": \"x86_64\", \"branches\": [{\"category\": "   \
    "\"product_version\", \"name\": \"tool-1:2.0-3.el9.x86_64\", "             \
    "\"product\": {\"name\": \"tool-1:2.0-3.el9.x86_64\", \"product_id\": "    \
    "\"t64\", \"product_identification_helper\": {\"purl\": "                  \
    "\"pkg:rpm/redhat/tool@2.0-3.el9?arch=x86_64&epoch=1\"}}}]}]}], "          \
    "\"relationships\": [{\"category\": \"default_component_of\", "            \
    "\"full_product_name\": {\"name\": \"n\", \"product_id\": \"base:t64\"}, " \
    "\"product_reference\": \"t64\", \"relates_to_product_reference\": "       \
    "\"base\"}, {\"category\": \"default_component_of\", "                     \
    "\"full_product_name\": {\"name\": \"n\", \"product_id\": \"base:lib\"}, " \
    "\"product_reference\": \"lib\", \"relates_to_product_reference\": "       \
    "\"base\"}]}, \"vulnerabilities\": [{\"cve\": \"CVE-2023-2001\", "         \
    "\"product_status\": " status ", \"threats\": [{\"category\": "            \
    "\"impact\", \"details\": \"Important\"}], \"remediations\": "             \
    "[{\"category\": \"no_fix_planned\", \"details\": \"Will not fix\", "      \
    "\"product_ids\": [\"base:lib\"]}, {\"category\": \"vendor_fix\", "        \
    "\"url\": \"https://example.org/errata/RHSA-2023:1\", "                    \
    "\"product_ids\": [\"base:t64\"]}], \"scores\": [{\"products\": "          \
    "[\"base:t64\"], \"cvss_v3\": {\"baseScore\": 9.8, \"vectorString\": "     \
    "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}}]}, "                   \
    "{\"cve\": \"CVE-2023-2002\", \"product_status\": " status "}]}"
#define STATUS_FIXED "{\"fixed\": [\"base:t64\"]}"
#define STATUS_VEX                                                             \
    "{\"fixed\": [\"base:t64\"], \"known_affected\": [\"base:lib\"]}"

#define CVRF                                                                   \
    "<?xml version=\"1.0\"?><cvrf:cvrfdoc "                                    \
    "xmlns:cvrf=\"http://www.icasi.org/CVRF/schema/cvrf/1.1\" "                \
    "xmlns:v=\"http://www.icasi.org/CVRF/schema/vuln/1.1\" "                   \
    "xmlns:p=\"http://www.icasi.org/CVRF/schema/prod/1.1\">"                   \
    "<cvrf:DocumentTitle>May</cvrf:DocumentTitle><cvrf:DocumentTracking>"      \
    "<cvrf:Identification><cvrf:ID>2023-May</cvrf:ID></cvrf:Identification>"   \
    "<cvrf:CurrentReleaseDate>2023-05-20T00:00:00</cvrf:CurrentReleaseDate>"   \
    "</cvrf:DocumentTracking><p:ProductTree><p:Branch Type=\"Vendor\">"        \
    "<p:FullProductName ProductID=\"1\">Windows 11</p:FullProductName>"        \
    "<p:FullProductName ProductID=\"2\">Windows 12</p:FullProductName>"        \
    "</p:Branch></p:ProductTree><v:Vulnerability Ordinal=\"1\">"               \
    "<v:Title>hole</v:Title><v:CVE>CVE-2023-3001</v:CVE><v:ProductStatuses>"   \
    "<v:Status Type=\"Known Affected\"><v:ProductID>1</v:ProductID>"           \
    "<v:ProductID>2</v:ProductID></v:Status></v:ProductStatuses><v:Threats>"   \
    "<v:Threat Type=\"Severity\"><v:Description>Critical</v:Description>"      \
    "<v:ProductID>1</v:ProductID></v:Threat>"                                  \
    "<v:Threat Type=\"Exploit Status\"><v:Description>Publicly "               \
    "Disclosed:No;Exploited:Yes;DOS:N/A</v:Description></v:Threat>"            \
    "</v:Threats><v:CVSSScoreSets><v:ScoreSet><v:BaseScore>9.8</v:BaseScore>"  \
    "<v:Vector>CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:C"     \
    "</v:Vector><v:ProductID>1</v:ProductID></v:ScoreSet></v:CVSSScoreSets>"   \
    "<v:Remediations><v:Remediation Type=\"Vendor Fix\"><v:Description>"       \
    "5000001</v:Description><v:URL>https://example.org/kb</v:URL>"             \
    "<v:Supercedence>4999999; 4999998</v:Supercedence>"                        \
    "<v:ProductID>1</v:ProductID><v:RestartRequired>Yes</v:RestartRequired>"   \
    "<v:SubType>Security "                                                     \
    "Update</v:SubType><v:FixedBuild>10.0.1</v:FixedBuild>"                    \
    "</v:Remediation><v:Remediation Type=\"Known Issue\"><v:Description>"      \
    "5000001</v:Description><v:ProductID>2</v:ProductID></v:Remediation>"      \
    "</v:Remediations><v:RevisionHistory><v:Revision><cvrf:Date>"              \
    "2023-05-09T07:00:00</cvrf:Date></v:Revision><v:Revision><cvrf:Date>"      \
    "2023-05-12T07:00:00</cvrf:Date></v:Revision></v:RevisionHistory>"         \
    "</v:Vulnerability></cvrf:cvrfdoc>"

#define MSU                                                                    \
    "{\"dependencies\": {\"4999999\": [\"5000001\", \"KB5000002\"]}, "         \
    "\"vulnerabilities\": {\"CVE-2019-0001\": [{\"patch\": \"5000001\", "      \
    "\"product\": \"Windows 7\", \"restart_required\": \"Yes\", "              \
    "\"subtype\": \"Monthly Rollup\", \"title\": \"t\", \"url\": \"u\"}, "     \
    "{\"patch\": \"\", \"product\": \"Windows 8\"}], \"CVE-2019-0002\": "      \
    "[{\"patch\": \"5000001\", \"product\": \"Windows 7\"}]}}"

#define WES                                                                    \
    "\"DatePosted\",\"CVE\",\"BulletinKB\",\"Title\",\"AffectedProduct\","     \
    "\"AffectedComponent\",\"Severity\",\"Impact\",\"Supersedes\","            \
    "\"Exploits\"\r\n"                                                         \
    "\"20230509\",\"CVE-2023-3001\",\"5000001\",\"A \"\"hole\"\", again\n"     \
    "in two lines\",\"Windows 11\",\"\",\"Critical\",\"RCE\","                 \
    "\"4999999;4999998\",\"\"\r\n"                                             \
    "\"20230510\",\"CVE-2023-3001\",\"\",\"t\",\"Windows 11\",\"\",\"None\","  \
    "\"\",\"\",\"\"\r\n"                                                       \
    "\"20230510\",\"CVE-2023-3001\",\"Release Notes\",\"t\",\"Tool\",\"\","    \
    "\"Low\",\"\",\"\",\"\"\r\n"

#endif
