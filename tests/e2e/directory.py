# SPDX-License-Identifier: Apache-2.0
"""A real slapd for end-to-end tests: on loopback, in a directory of the test,
with a certificate of its own authority.

    with Directory(directory) as ldap:
        ldap.url, ldap.secure_url, ldap.authority (PEM text)
"""
import os
import shutil
import subprocess

from e2e import check, free_port, listens, wait_for

SLAPD = shutil.which("slapd") or "/usr/sbin/slapd"
BASE = "dc=example,dc=org"
READER = "cn=reader," + BASE
READER_PASSWORD = "reader-secret-29f1"

CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile %(home)s/slapd.pid
TLSCACertificateFile %(home)s/ca.pem
TLSCertificateFile %(home)s/server.pem
TLSCertificateKeyFile %(home)s/server.key
database mdb
suffix "dc=example,dc=org"
rootdn "cn=root,dc=example,dc=org"
rootpw root
directory %(home)s/db
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=reader,dc=example,dc=org" read by anonymous auth
"""

PERSON = """dn: uid=%(uid)s,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: %(uid)s
cn: %(name)s
sn: %(uid)s
mail: %(mail)s
userPassword: %(password)s

"""

ENTRIES = """dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: cn=reader,dc=example,dc=org
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: %(reader)s

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=org
objectClass: organizationalUnit
ou: groups

""" % {"reader": READER_PASSWORD}

GROUP = """dn: cn=%(name)s,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: %(name)s
%(members)s

"""


def authority(home, names="DNS:localhost,IP:127.0.0.1"):
    """ca.pem, server.pem and server.key in home."""
    def openssl(*words, stdin=None):
        subprocess.run(["openssl", *words], check=True, cwd=home, input=stdin,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
            "ca.pem", "-days", "30", "-subj", "/CN=test authority")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj",
            "/CN=localhost")
    with open(os.path.join(home, "names"), "w") as file:
        file.write("subjectAltName=" + names + "\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey",
            "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "names",
            "-out", "server.pem")


class Directory:
    def __init__(self, directory):
        self.home = os.path.join(directory, "ldap")
        os.makedirs(os.path.join(self.home, "db"))
        authority(self.home)
        with open(os.path.join(self.home, "ca.pem")) as file:
            self.authority = file.read()
        self.config = os.path.join(self.home, "slapd.conf")
        with open(self.config, "w") as file:
            file.write(CONFIG % {"home": self.home})
        self.port, self.secure_port = free_port(), free_port()
        self.url = "ldap://127.0.0.1:%d" % self.port
        self.secure_url = "ldaps://127.0.0.1:%d" % self.secure_port
        self.process = None

    def fill(self, people, groups):
        """people: {uid: password}; groups: {name: [uid]}"""
        text = ENTRIES
        for uid, password in people.items():
            text += PERSON % {"uid": uid, "name": uid.title() + " Example",
                              "mail": uid + "@example.org",
                              "password": password}
        for name, members in groups.items():
            text += GROUP % {"name": name, "members": "\n".join(
                "member: uid=%s,ou=people,%s" % (uid, BASE)
                for uid in members)}
        subprocess.run([SLAPD, "-T", "add", "-q", "-f", self.config],
                       input=text.encode(), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def __enter__(self):
        self.process = subprocess.Popen(
            [SLAPD, "-d", "0", "-f", self.config, "-h",
             "ldap://127.0.0.1:%d ldaps://127.0.0.1:%d" %
             (self.port, self.secure_port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.is_up, "slapd")
        return self

    def is_up(self):
        check(self.process.poll() is None, "slapd does not start")
        return listens(self.port)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def change(self, ldif):
        """As the directory's administrator, while it runs."""
        subprocess.run(["ldapmodify", "-x", "-H", self.url, "-D",
                        "cn=root," + BASE, "-w", "root"],
                       input=ldif.encode(), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
