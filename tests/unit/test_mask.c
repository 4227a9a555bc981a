/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/mask.h"
#include "tests/unit/unit.h"

#define S "S3cretXX"

/* Where the families that we know have secrets. */
static const char *const lines[] = {
    ("enable secret 5 $1$mERr$" S),
    ("enable secret 9 $9$" S "/abc"),
    ("enable secret level 15 0 " S),
    ("enable algorithm-type scrypt secret " S),
    ("enable password level 7 7 " S),
    ("enable password " S " encrypted"),
    ("enable password 8 " S " pbkdf2"),
    ("passwd " S " encrypted"),
    ("username a privilege 15 password 7 " S),
    ("username a password " S " encrypted privilege 15"),
    ("username a secret 5 " S),
    ("username a common-criteria-policy p password 0 " S),
    ("username a privilege 15 algorithm-type sha256 secret 0 " S),
    ("username a one-time secret " S),
    (" password 7 " S),
    (" password " S),
    ("snmp-server community " S " RO 99"),
    ("snmp-server community 0 " S),
    ("snmp-server community 7 " S " view all rw"),
    ("snmp-server community encrypted " S),
    ("snmp-server host 10.0.0.1 " S),
    ("snmp-server host 10.0.0.1 version 2c " S),
    ("snmp-server host 10.0.0.1 traps version 2c " S " bgp"),
    ("snmp-server host 10.0.0.1 informs version 3 priv " S),
    ("snmp-server host 2001:db8::1 vrf MGMT version 2c " S),
    ("snmp-server host inside 10.0.0.1 community " S " version 2c"),
    ("snmp-server host inside 10.0.0.1 poll community 0 " S),
    ("snmp-server host nms.example " S),
    ("snmp-server host nms version 2c " S),
    ("snmp-server user u g v3 auth md5 " S " priv aes 128 " S),
    ("snmp-server user u g v3 encrypted auth md5 " S " priv des " S),
    ("snmp-server user u g remote 10.0.0.1 v3 auth sha " S " priv 3des " S),
    ("snmp-server user u g v3 engineID abc encrypted auth sha256 " S
     " priv aes256 " S),
    ("set snmp community read-only " S),
    ("set snmp community index 1 name " S),
    ("set enablepass " S),
    ("set password " S),
    ("set localuser user a password " S),
    ("set tacacs key " S),
    ("set radius key " S),
    ("set ntp key 1 trusted md5 " S),
    ("set vtp passwd " S),
    ("set kerberos srvtab entry host/a 0 1 1 8 " S),
    ("tacacs-server key 7 " S),
    ("tacacs-server key " S),
    ("tacacs-server host 10.0.0.1 key 7 " S),
    ("tacacs-server host 10.0.0.1 single-connection timeout 5 key " S),
    ("radius-server key 7 " S),
    ("radius-server host 10.0.0.1 auth-port 1645 acct-port 1646 key 7 " S),
    ("radius-server host 10.0.0.1 pac key 7 " S),
    (" key 6 " S),
    (" pac key 7 " S),
    (" key " S),
    (" server-private 10.0.0.1 auth-port 1812 acct-port 1813 key 7 " S),
    (" client 10.0.0.1 server-key 7 " S),
    ("aaa-server T (inside) host 10.0.0.1 " S " timeout 5"),
    (" ldap-login-password " S),
    (" radius-common-pw " S),
    ("crypto isakmp key " S " address 10.0.0.1"),
    ("crypto isakmp key 6 " S " address 10.0.0.1 255.255.255.255 no-xauth"),
    ("crypto isakmp key 0 " S " hostname peer.example"),
    ("isakmp key " S " address 10.0.0.1 netmask 255.255.255.255"),
    (" pre-shared-key address 0.0.0.0 0.0.0.0 key " S),
    (" pre-shared-key hostname peer key 6 " S),
    ("  pre-shared-key " S),
    ("  pre-shared-key local 6 " S),
    ("  pre-shared-key remote 0 " S),
    ("  pre-shared-key hex " S),
    (" ikev1 pre-shared-key " S),
    (" ikev2 remote-authentication pre-shared-key " S),
    (" ikev2 local-authentication pre-shared-key hex " S),
    (" enrollment url http://user:" S "@10.0.0.1"),
    ("crypto pki export T pkcs12 terminal " S),
    ("crypto key import rsa K terminal " S),
    ("crypto pki import T pem terminal password " S),
    ("key config-key password-encrypt " S),
    ("key config-key 1 " S),
    ("key config-key password-encryption " S),
    ("  key-string 7 " S),
    ("  key-string " S),
    (" area 0 virtual-link 10.0.0.1 message-digest-key 1 md5 7 " S),
    (" area 0 virtual-link 10.0.0.1 authentication-key " S),
    (" ip ospf message-digest-key 1 md5 7 " S),
    (" ip ospf message-digest-key 1 md5 " S),
    (" ip ospf authentication-key 7 " S),
    (" ospf message-digest-key 1 md5 " S),
    (" ospf authentication-key " S),
    (" ipv6 ospf authentication ipsec spi 500 md5 0 " S),
    (" ipv6 ospf encryption ipsec spi 1001 esp aes-cbc 128 7 " S " sha1 7 " S),
    (" isis password " S " level-1"),
    (" authentication key eigrp 1 " S " key-id 1"),
    (" rip authentication key " S " key_id 1"),
    (" standby 1 authentication " S),
    (" standby 1 authentication md5 key-string 7 " S),
    (" standby 1 authentication text " S),
    (" vrrp 1 authentication text " S),
    (" glbp 1 authentication md5 key-string 7 " S),
    (" ip nhrp authentication " S),
    (" ppp chap password 7 " S),
    (" ppp pap sent-username u password 7 " S),
    (" wpa-psk ascii 7 " S),
    (" encryption key 1 size 40bit 7 " S " transmit-key"),
    (" encryption vlan 1 key 1 size 128bit " S " transmit-key"),
    (" dot1x username u password 7 " S),
    (" failover key " S),
    (" lisp authentication-key " S),
    ("failover key " S),
    ("failover key hex " S),
    ("failover ipsec pre-shared-key " S),
    (" neighbor 10.0.0.1 password 7 " S),
    (" neighbor 10.0.0.1 password " S),
    (" area-password " S),
    (" domain-password clear " S),
    (" domain-password md5 " S " authenticate snp"),
    ("   authentication mode hmac-sha-256 7 " S),
    ("   authentication mode hmac-sha-256 0 " S),
    (" ipv4 etr map-server 10.0.0.1 key 7 " S),
    (" authentication-key 7 " S),
    ("mpls ldp neighbor 10.0.0.1 password 7 " S),
    ("mpls ldp password fallback 7 " S),
    ("mpls ldp password option 1 for 10 7 " S),
    ("ntp authentication-key 1 md5 " S " 7"),
    ("ntp authentication-key 10 hmac-sha2-256 " S),
    ("ntp authentication-key 1 cmac-aes-128 0 " S),
    ("ip ftp password 7 " S),
    ("ip http client password 7 " S),
    ("ip scp password " S),
    ("  add http://user:" S "@members.dyndns.org/nic/update"),
    (" ddns password " S),
    (" l2tp tunnel password 7 " S),
    ("vpdn username u password " S),
    ("vpngroup g password " S),
    (" http-proxy proxy.example 8080 username u password 0 " S),
    (" auto-update server https://u:" S
     "@10.0.0.1/autoupdate/AutoUpdateServlet"),
    ("auto-update server http://u:p@" S "@10.0.0.1:80/a"),
    ("vtp password " S),
    ("vtp password " S " hidden"),
    ("vtp password " S " secret"),
    ("cns password " S),
    (" path ftp://u:" S "@10.0.0.1/cfg"),
    (" path scp://u:" S "@10.0.0.1/cfg"),
    ("copy ftp://u:" S "@10.0.0.1/x flash:"),
    (" cli copy running-config ftp://u:" S "@10.0.0.1/x"),
    ("event manager environment _email_password " S),
    (" action 1.0 mail server u:" S "@smtp.example to a"),
    (" security wpa akm psk set-key ascii 0 " S),
    (" security wpa psk set-key hex 8 " S),
    (" security static-wep-key encryption 40 ascii 0 " S " 1"),
    ("ap dot1x username u password 0 " S),
    ("ap mgmtuser username u password 0 " S " secret 0 " S),
    ("wpa-psk hex 7 " S),
    (" authentication client username u password 7 " S),
    (" wpa2-psk ascii " S),
    (" username u password 7 " S),
    (" pin " S),
    (" username u password " S),
    (" authentication username u password 7 " S " realm r"),
    (" credentials username u password 7 " S " realm r"),
    (" authentication username u password 7 " S),
    (" web admin system name a password " S),
    (" web admin system name a secret 5 " S),
    (" log password " S),
    (" xml user u password " S " 15"),
    (" set session-key inbound esp 256 cipher " S " authenticator " S),
    (" set session-key outbound ah 256 " S),
    (" bind authenticate root-dn cn=a password 7 " S),
    (" token " S),
    (" license smart trust idtoken " S " force"),
    (" license smart register idtoken " S),
    ("cts credentials id x password 7 " S),
    ("cts sxp default password 7 " S),
    (" sap pmk " S " mode-list gcm-encrypt"),
    (" sap pmk 0000" S),
    (" server-key 7 " S),
    (" secret 10 " S),
    ("password " S),
    (" exec service username x password " S),
    ("ipv6 wccp web-cache password 0 " S),
    ("ip wccp web-cache password 7 " S),
    ("wccp web-cache password " S),
    ("wccp 90 redirect-list r password 0 " S),
    ("vpdn username u password " S " store-local"),
    ("vpnclient vpngroup g password " S),
    ("vpnclient username u password " S),
    (" username u password 6 " S),
    (" group g key 6 " S),
    (" group g key " S),
    ("ospf 1 area 0 authentication-key 0 " S),
    ("ip msdp password peer 10.0.0.1 7 " S),
    ("ip msdp password peer 10.0.0.1 0 " S),
    ("msdp peer 10.0.0.1 password " S),
    ("ip rsvp authentication key " S),
    (" ip rsvp authentication key 7 " S),
    (" hsrp 1 authentication md5 key-string " S),
    (" authentication md5 key-string 7 " S " timeout 30"),
    (" authentication text " S),
    ("ipv6 ospf encryption ipsec spi 256 esp null sha1 " S),
    (" area 1 encryption ipsec spi 1 esp 3des " S " md5 " S),
    (" area 1 authentication ipsec spi 1 sha1 " S),
    (" ospfv3 authentication ipsec spi 500 md5 0 " S),
    (" ospfv3 encryption ipsec spi 500 esp aes-cbc 256 7 " S " sha1 7 " S),
    ("ip rip authentication string " S),
    (" ip ospf authentication-key " S),
    (" isis password clear " S),
    ("password 5 " S),
    ("no enable password " S),
    ("no snmp-server community " S),
    ("config switchconfig fips-authorization-secret encrypt 1 " S " 9"),
};

static void R_DEP_8_no_secret_of_a_configuration_is_shown(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(lines); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);

        mask_text(str_c(lines[i]), NULL, 0, &out);
        if (strstr(buf_c(&out), S) != NULL)
            fail_msg("'%s' is shown as '%s'", lines[i], buf_c(&out));
        if (strstr(buf_c(&out), MASKED) == NULL)
            fail_msg("'%s' lost its secret: '%s'", lines[i], buf_c(&out));
    }
}

/* Names, numbers and words that are no secrets stay, or nothing could be
 * compared. */
static const char *const plain[] = {
    "snmp-server host nms.example traps",
    "snmp-server host inside 10.0.0.1",
    "snmp-server enable traps config-copy",
    "neighbor 10.0.0.1 send-community both",
    "set community 65000:1 additive",
    "ip community-list standard A permit 65000:1",
    "key chain OSPF",
    "service password-encryption",
    "security passwords min-length 8",
    "ntp server 192.0.2.1 key 6",
    "ntp trusted-key 6",
    "mka pre-shared-key key-chain K",
    "ip authentication key-chain eigrp 1 K",
    "crypto key generate rsa modulus 2048",
    "crypto pki import T certificate",
    "event manager environment _mail_server 192.0.2.1",
    "encryption mode ciphers aes-ccm",
    "spanning-tree mode rapid-pvst",
    "description to user@site: floor 2",
    "neighbor 2001:db8::1 remote-as 65000",
    "logging host 192.0.2.1 transport tcp port 601",
    "auto-update server http://192.0.2.1/x",
    "authentication pre-share",
    "mpls ldp neighbor 192.0.2.1 targeted",
};

static void R_DEP_8_what_is_no_secret_stays(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(plain); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);

        mask_text(str_c(plain[i]), NULL, 0, &out);
        assert_string_equal(buf_c(&out), plain[i]);
    }
}

static void R_DEP_8_what_stands_around_a_secret_stays(void **state UNUSED)
{
    static const char *const cases[][2] = {
        { "snmp-server host nms version 2c " S " bgp",
          "snmp-server host nms version 2c " MASKED " bgp" },
        { "ip msdp password peer 192.0.2.1 7 " S,
          "ip msdp password peer 192.0.2.1 7 " MASKED },
        { " ipv6 ospf encryption ipsec spi 1001 esp aes-cbc 128 7 " S
          " sha1 7 " S,
          " ipv6 ospf encryption ipsec spi 1001 esp aes-cbc 128 7 " MASKED
          " sha1 7 " MASKED },
        { " action 1.0 mail server u:" S "@smtp.example to a",
          " action 1.0 mail server " MASKED "@smtp.example to a" },
        { "set snmp community index 1 name " S " security s",
          "set snmp community index 1 name " MASKED " security s" },
        { "  mpls  ldp password fallback 7 " S,
          "  mpls  ldp password fallback 7 " MASKED },
        { "username a secret 10 " S, "username a secret 10 " MASKED },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);

        mask_text(str_c(cases[i][0]), NULL, 0, &out);
        assert_string_equal(buf_c(&out), cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_DEP_8_no_secret_of_a_configuration_is_shown),
        cmocka_unit_test(R_DEP_8_what_is_no_secret_stays),
        cmocka_unit_test(R_DEP_8_what_stands_around_a_secret_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
