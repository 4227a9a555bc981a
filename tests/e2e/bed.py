# SPDX-License-Identifier: Apache-2.0
"""Real routers for tests: FRR, OpenSSH and telnetd in network namespaces.

Each router has its own names, users and files, bound over the machine's own
in a mount namespace; the machine itself is not changed. The manager's side is
a namespace, too. Needs root.
"""
import contextlib
import ctypes
import os
import shutil
import subprocess
import time

from e2e import PATIENCE, Skip

USER = "netop"
PASSWORD = "Netop123!"
NEEDS = ["/usr/lib/frr/zebra", "/usr/bin/vtysh", "/usr/sbin/sshd",
         "/usr/sbin/telnetd", "/usr/bin/socat", "/usr/bin/ip",
         "/usr/bin/unshare"]

CONFIGURATION = """frr defaults traditional
hostname %(name)s
password zebra
enable password zebra
service integrated-vtysh-config
interface eth0
 description towards the managers
exit
ip route 192.0.2.0/24 10.99.0.254
%(more)s
line vty
exit
end
"""

ROUTER = r"""
set -eu
hostname %(name)s
mount --make-rprivate /
mkdir -p /var/run/frr /run/sshd
mount -t tmpfs -o size=4m tmpfs /var/run/frr
chown frr:frr /var/run/frr
mount --bind %(dir)s/frr /etc/frr
mount --bind %(dir)s/passwd /etc/passwd
mount --bind %(dir)s/shadow /etc/shadow
ip link set lo up
/usr/lib/frr/zebra -d -A 0.0.0.0 -P 2601 --log file:/dev/null
/usr/lib/frr/staticd -d -A 127.0.0.1 --log file:/dev/null
for try in $(seq 300); do
    vtysh -b && break
    sleep 0.2
done
socat TCP-LISTEN:23,reuseaddr,fork EXEC:'/usr/sbin/telnetd -h',nofork &
exec /usr/sbin/sshd -D -e -f %(dir)s/sshd_config
"""

SSHD = """Port 22
HostKey %(dir)s/rsa
HostKey %(dir)s/ed25519
PidFile none
UsePAM no
PasswordAuthentication yes
PrintMotd no
PrintLastLog no
UseDNS no
MaxStartups 100:30:200
Banner %(dir)s/banner
LogLevel ERROR
%(more)s
"""


def ip(*arguments, check=True):
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True)
    if check and done.returncode:
        raise Skip("network namespaces cannot be made here: "
                   + done.stderr.strip())
    return done.stdout


class Bed:
    """Routers 10.99.0.1 and up; use it with `with`."""

    def __init__(self, directory, count=1, sshd="", banner="", more=""):
        missing = [path for path in NEEDS if not os.path.exists(path)]
        if missing:
            raise Skip("not installed: " + ", ".join(missing))
        if os.geteuid() != 0:
            raise Skip("needs root")
        self.directory = directory
        os.chmod(directory, 0o755)  # the routers' daemons read below it
        self.count = count
        self.options = sshd
        self.banner = banner
        self.more = more
        self.manager = "hf%d-m" % os.getpid()
        self.running = []

    def address(self, number=1):
        return "10.99.0.%d" % number

    def namespace(self, number):
        return "hf%d-%d" % (os.getpid(), number)

    def __enter__(self):
        try:
            self.network()
            for number in range(1, self.count + 1):
                self.router(number)
            for number in range(1, self.count + 1):
                self.wait(number)
        except BaseException:
            self.__exit__()
            raise
        return self

    def network(self):
        ip("netns", "add", self.manager)
        ip("-n", self.manager, "link", "set", "lo", "up")
        ip("-n", self.manager, "link", "add", "br0", "type", "bridge")
        ip("-n", self.manager, "addr", "add", "10.99.0.254/24", "dev", "br0")
        ip("-n", self.manager, "link", "set", "br0", "up")

    def files(self, number, name):
        directory = os.path.join(self.directory, name)
        os.makedirs(directory + "/frr")
        hashed = subprocess.run(["openssl", "passwd", "-6", PASSWORD],
                                capture_output=True, text=True,
                                check=True).stdout.strip()
        group = subprocess.run(["getent", "group", "frrvty"],
                               capture_output=True, text=True).stdout
        with open("/etc/passwd") as f:
            users = f.read()
        with open(directory + "/passwd", "w") as f:
            f.write(users + "%s:x:20999:%s::/tmp:/usr/bin/vtysh\n"
                    % (USER, group.split(":")[2]))
        with open(directory + "/shadow", "w") as f:
            f.write("%s:%s:19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\n"
                    % (USER, hashed))
        os.chmod(directory + "/shadow", 0o600)
        for kind in ["rsa", "ed25519"]:
            subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f",
                            directory + "/" + kind], check=True)
        values = {"name": name, "dir": directory, "more": self.options}
        with open(directory + "/sshd_config", "w") as f:
            f.write(SSHD % values)
        with open(directory + "/banner", "w") as f:
            f.write(self.banner)
        values["more"] = self.more
        with open(directory + "/frr/frr.conf", "w") as f:
            f.write(CONFIGURATION % values)
        with open(directory + "/frr/vtysh.conf", "w") as f:
            f.write("service integrated-vtysh-config\n")
        subprocess.run(["chown", "-R", "frr:frrvty", directory + "/frr"],
                       check=True)
        for name in ["frr.conf", "vtysh.conf"]:
            os.chmod(directory + "/frr/" + name, 0o660)
        os.chmod(directory + "/frr", 0o770)
        return directory

    def router(self, number):
        name = "r%d" % number
        namespace = self.namespace(number)
        directory = self.files(number, name)
        ip("netns", "add", namespace)
        ip("link", "add", "v%d" % number, "netns", self.manager, "type",
           "veth", "peer", "name", "eth0", "netns", namespace)
        ip("-n", self.manager, "link", "set", "v%d" % number, "master", "br0",
           "up")
        ip("-n", namespace, "addr", "add", self.address(number) + "/24",
           "dev", "eth0")
        ip("-n", namespace, "link", "set", "eth0", "up")
        log = open(directory + "/log", "w")
        self.running.append(subprocess.Popen(
            ["ip", "netns", "exec", namespace, "unshare", "--uts", "--mount",
             "bash", "-c", ROUTER % {"name": name, "dir": directory}],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True))

    def wait(self, number):
        """Until vtysh answers and the ports listen."""
        until = time.monotonic() + PATIENCE
        wanted = [":22 ", ":23 ", ":2601 "]
        while time.monotonic() < until:
            if self.running[number - 1].poll() is not None:
                break
            listening = self.inside(number, "ss", "-ltnH")
            if all(port in listening for port in wanted):
                return
            time.sleep(0.1)
        with open("%s/r%d/log" % (self.directory, number)) as f:
            raise Skip("no router could be started here: " + f.read()[-500:])

    def inside(self, number, *command):
        """A command in the router's network, but the machine's files."""
        return subprocess.run(
            ["ip", "netns", "exec", self.namespace(number), *command],
            capture_output=True, text=True, timeout=PATIENCE).stdout

    def vtysh(self, number, *commands):
        """What the router itself says, by its own shell."""
        arguments = [word for command in commands for word in ("-c", command)]
        pid = self.running[number - 1].pid
        return subprocess.run(
            ["nsenter", "-t", str(pid), "-m", "-n", "-u", "vtysh",
             *arguments], capture_output=True, text=True,
            timeout=PATIENCE).stdout

    def load(self, number, text):
        """The router loads a file, as its operator would have it do."""
        path = os.path.join(self.directory, "r%d" % number, "loaded.cfg")
        with open(path, "w") as f:
            f.write(text)
        pid = self.running[number - 1].pid
        return subprocess.run(
            ["nsenter", "-t", str(pid), "-m", "-n", "-u", "vtysh", "-f", path],
            capture_output=True, text=True, timeout=PATIENCE).returncode

    @contextlib.contextmanager
    def here(self):
        """This process, and what it starts, stand in the managers' network."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/self/ns/net") as home, \
                open("/run/netns/" + self.manager) as there:
            if libc.setns(there.fileno(), 0x40000000):
                raise OSError(ctypes.get_errno(), "setns")
            try:
                yield
            finally:
                libc.setns(home.fileno(), 0x40000000)

    def prefix(self):
        return ["ip", "netns", "exec", self.manager]

    def __exit__(self, *why):
        for number in range(1, self.count + 1):
            for pid in ip("netns", "pids", self.namespace(number),
                          check=False).split():
                subprocess.run(["kill", "-9", pid], stderr=subprocess.DEVNULL)
            ip("netns", "del", self.namespace(number), check=False)
        for running in self.running:
            running.wait()
        ip("netns", "del", self.manager, check=False)
        for number in range(1, self.count + 1):
            shutil.rmtree("%s/r%d" % (self.directory, number),
                          ignore_errors=True)
