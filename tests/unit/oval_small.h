/* SPDX-License-Identifier: Apache-2.0
 *
 * A small OVAL document that uses most of what a document can hold.
 */
#ifndef TESTS_OVAL_SMALL_H
#define TESTS_OVAL_SMALL_H

#define OVAL_NS "http://oval.mitre.org/XMLSchema/oval-definitions-5"

/* clang-format off */
#define OVAL_SMALL                                                            \
"<?xml version='1.0' encoding='UTF-8'?>\n"                                    \
"<oval_definitions xmlns='" OVAL_NS "'"                                       \
" xmlns:l='" OVAL_NS "#linux' xmlns:i='" OVAL_NS "#independent'"              \
" xmlns:o='http://oval.mitre.org/XMLSchema/oval-common-5'"                    \
" xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>\n"                   \
"<generator><o:product_name>hand</o:product_name>"                            \
"<o:schema_version>5.11.2</o:schema_version>"                                 \
"<o:timestamp>2026-01-01T00:00:00</o:timestamp></generator>\n"                \
"<definitions>\n"                                                             \
"<definition id='oval:t:def:1' version='3' class='vulnerability'>"            \
"<metadata><title>CVE-2026-0001 bash</title>"                                 \
"<affected family='unix'><platform>Debian 12</platform></affected>"           \
"<reference source='CVE' ref_id='CVE-2026-0001' ref_url='https://x/'/>"       \
"<description>A hole &amp; more</description>"                                \
"<advisory from='security@example.org'><severity>Important</severity>"        \
"<cve cvss3='9.8/CVSS:3.1/AV:N' impact='critical'>CVE-2026-0001</cve>"        \
"<issued date='2026-01-02'/></advisory></metadata>"                           \
"<criteria operator='OR' comment='any'>"                                      \
"<criterion test_ref='oval:t:tst:1' negate='true'/>"                          \
"<criteria><extend_definition definition_ref='oval:t:def:2'/></criteria>"     \
"</criteria></definition>\n"                                                  \
"<definition id='oval:t:def:2' version='1' class='inventory'"                 \
" deprecated='true'><metadata><title>t</title><description/></metadata>"      \
"<criteria><criterion test_ref='oval:t:tst:2'/></criteria></definition>\n"    \
"</definitions><tests>\n"                                                     \
"<l:dpkginfo_test id='oval:t:tst:1' version='1' check='all' comment='c'>"     \
"<l:object object_ref='oval:t:obj:1'/><l:state state_ref='oval:t:ste:1'/>"    \
"</l:dpkginfo_test>\n"                                                        \
"<i:variable_test id='oval:t:tst:2' version='1' check='at least one'>"        \
"<i:object object_ref='oval:t:obj:2'/></i:variable_test>\n"                   \
"</tests><objects>\n"                                                         \
"<l:dpkginfo_object id='oval:t:obj:1' version='1'><l:name>bash</l:name>"      \
"</l:dpkginfo_object>\n"                                                      \
"<i:variable_object id='oval:t:obj:2' version='1'>"                           \
"<i:var_ref>oval:t:var:1</i:var_ref></i:variable_object>\n"                   \
"<i:textfilecontent54_object id='oval:t:obj:3' version='1'>"                  \
"<i:behaviors max_depth='1'/><i:path>/etc</i:path>"                           \
"<i:filename xsi:nil='true'/><i:pattern operation='pattern match'>x</i:pattern>" \
"<i:instance datatype='int' operation='greater than or equal'>1</i:instance>" \
"<filter action='include'>oval:t:ste:2</filter></i:textfilecontent54_object>\n" \
"<l:dpkginfo_object id='oval:t:obj:4' version='1'><set set_operator='UNION'>" \
"<object_reference>oval:t:obj:1</object_reference>"                           \
"<object_reference>oval:t:obj:4</object_reference></set>"                     \
"</l:dpkginfo_object>\n"                                                      \
"</objects><states>\n"                                                        \
"<l:dpkginfo_state id='oval:t:ste:1' version='1'>"                            \
"<l:evr datatype='debian_evr_string' operation='less than'>0:1-1</l:evr>"     \
"</l:dpkginfo_state>\n"                                                       \
"<i:sql57_state id='oval:t:ste:2' version='1'><i:result datatype='record'>"   \
"<field name='a' xmlns='" OVAL_NS "'>1</field></i:result></i:sql57_state>\n"  \
"</states><variables>\n"                                                      \
"<local_variable id='oval:t:var:1' version='1' datatype='string'"             \
" comment='v'><concat><literal_component>a</literal_component>"               \
"<substring substring_start='1' substring_length='2'>"                        \
"<variable_component var_ref='oval:t:var:2'/></substring></concat>"           \
"</local_variable>\n"                                                         \
"<constant_variable id='oval:t:var:2' version='1' datatype='string'"          \
" comment='k'><value>xyz</value><value/></constant_variable>\n"               \
"<external_variable id='oval:t:var:3' version='1' datatype='int'"             \
" comment='e'><possible_value hint='h'>1</possible_value>"                    \
"<possible_restriction operator='AND' hint='r'>"                              \
"<restriction operation='greater than'>5</restriction>"                       \
"</possible_restriction></external_variable>\n"                               \
"</variables></oval_definitions>\n"
/* clang-format on */

#endif
