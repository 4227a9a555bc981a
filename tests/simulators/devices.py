# SPDX-License-Identifier: Apache-2.0
"""Simulators of devices that cannot run here: command lines that look like
IOS, ASA and CatOS, over Telnet and (with paramiko) over SSH.

They do what drivers and people meet: banners, logins, the privileged level, a
pager, configuration modes with their prompts, refusals, questions, and slow
answers. netmiko's own drivers prove that they are fair peers.
"""
import copy
import logging
import re
import socket
import threading
import time

USER, PASSWORD, ENABLE = "manager", "Sim-pass-1", "Sim-enable-1"

VERSION = {
    "ios": """Cisco IOS Software, C1900 Software (C1900-UNIVERSALK9-M), \
Version 15.1(4)M8, RELEASE SOFTWARE (fc2)
%(name)s uptime is 2 weeks, 18 hours
System image file is "flash0:c1900-universalk9-mz.SPA.151-4.M8.bin"
Cisco CISCO1941/K9 (revision 1.0) with 483328K/40960K bytes of memory.
Processor board ID SIM0000S0S0
Configuration register is 0x2102""",
    "asa": """Cisco Adaptive Security Appliance Software Version 9.1(7)
%(name)s up 3 days 3 hours
Hardware:   ASA5510, 512 MB RAM, CPU Pentium 4 Celeron 1600 MHz

Licensed features for this platform:
Failover                          : Disabled       perpetual
Encryption-3DES-AES               : Enabled        perpetual

Serial Number: SIM0000S0S1""",
    "catos": """WS-C5500 Software, Version McpSW: 6.4(2) NmpSW: 6.4(2)
Hardware Version: 1.3  Model: WS-C5500  Serial #: 069000000
Uptime is 62 days, 11 hours, 54 minutes""",
}

INTERFACES = """GigabitEthernet0/0 is up, line protocol is up
  Description: to core
  Internet address is 192.0.2.1/24
GigabitEthernet0/1 is administratively down, line protocol is down"""

SECTIONS = ("interface ", "router ", "line ", "ip access-list ",
            "kron occurrence ", "kron policy-list ")
# Question, and what a right answer leads to.
QUESTIONS = {
    "crypto key generate rsa": ("How many bits in the modulus [512]: ",
                                "% Generating RSA keys, keys will be "
                                "non-exportable...\n[OK]"),
    "copy running-config startup-config":
        ("Destination filename [startup-config]? ",
         "Building configuration...\n[OK]"),
    "erase nvram:": ("Erasing the nvram filesystem will remove all "
                     "configuration files! Continue? [confirm]", "[OK]"),
}


class Closed(Exception):
    pass


class Device:
    """What is the same for all sessions of one device."""

    def __init__(self, kind, name="sim1", banner="", pager=True, delay=0.0,
                 lines=0):
        self.kind, self.name, self.banner = kind, name, banner
        self.pager, self.delay = pager, delay
        self.config = {"": [], "interface GigabitEthernet0/0":
                       ["description to core",
                        "ip address 192.0.2.1 255.255.255.0"]}
        self.config[""] += ["ip route 198.51.100.%d 255.255.255.255 Null0" % i
                            for i in range(lines)]
        self.saved = 0
        self.said = []  # what managers sent, without passwords
        self.files = {}
        self.https = "Enabled"  # show ip http server secure status
        self.cut = None  # a line that cuts all managers off
        self.archive = True  # IOS can go back to what was there
        self.startup = copy.deepcopy(self.config)
        self.timer = None
        self.minute = 60.0  # how long one lasts here
        self.returns = 0    # how often it went back by itself

    def is_cut(self):
        return any(self.cut in lines for lines in self.config.values())

    def save(self):
        self.saved += 1
        self.startup = copy.deepcopy(self.config)

    def go_back(self, to):
        self.returns += 1
        self.timer = None
        self.config = copy.deepcopy(to)

    def reload_in(self, minutes):
        self.reload_cancel()
        self.timer = threading.Timer(
            minutes * self.minute, lambda: self.go_back(self.startup))
        self.timer.daemon = True
        self.timer.start()

    def revert_in(self, minutes):
        """configure terminal revert timer: to what runs now."""
        self.reload_cancel()
        self.before = copy.deepcopy(self.config)
        self.timer = threading.Timer(
            minutes * self.minute, lambda: self.go_back(self.before))
        self.timer.daemon = True
        self.timer.start()

    def reload_cancel(self):
        if self.timer is not None:
            self.timer.cancel()
        self.timer = None

    def running(self):
        if self.kind == "catos":
            return "begin\n!\n" + "\n".join(self.config[""]) + "\n!\nend"
        out = ["Building configuration...", ""] if self.kind == "ios" else [
            ": Saved", ":"]
        out += [{"ios": "version 15.1", "asa": "ASA Version 9.1(7)"}
                [self.kind], "hostname " + self.name, "!"]
        for section, lines in self.config.items():
            if section:
                out += [section] + [" " + line for line in lines] + ["!"]
        out += sorted(self.config[""], key=lambda x: x[:6] == "banner")
        return "\n".join(out + ["end" if self.kind == "ios" else ": end"])


class Session:
    """One command line. read() gives one character, write() takes text."""

    def __init__(self, device, read, write):
        self.device, self.read, self.write = device, read, write
        self.enabled, self.section, self.configuring = False, "", False
        self.rows = 24 if device.pager else 0

    def put(self, text):
        self.write(text.replace("\n", "\r\n"))

    def line(self, echo=True):
        text = ""
        while True:
            c = self.read()
            if c in "\r\n":
                self.put("\n")
                return text
            if c in "\x08\x7f":
                text = text[:-1]
            elif c == "\x03":
                self.put("^C\n")
                return ""
            elif c >= " ":
                text += c
                if echo:
                    self.write(c)

    def prompt(self):
        d = self.device
        if d.kind == "catos":
            return d.name + ("> (enable) " if self.enabled else "> ")
        mode = ""
        if self.configuring:
            word = self.section.split(" ")[0]
            mode = "(config%s)" % {"": "", "interface": "-if", "router":
                                   "-router", "line": "-line",
                                   "ip": "-ext-nacl",
                                   "kron": "-kron-occurrence"}[word]
            return d.name[:20] + mode + "#" + " " * (d.kind == "asa")
        return d.name + (">#"[self.enabled]) + " " * (d.kind == "asa")

    def page(self, text):
        mark = "<--- More --->" if self.device.kind == "asa" else " --More-- "
        shown = 0
        for line in text.split("\n"):
            if self.rows and shown >= self.rows - 1:
                self.write(mark)
                key = self.read()
                self.write("\r" + " " * len(mark) + "\r")
                if key == "q":
                    return
                shown = 0 if key == " " else shown
            self.put(line + "\n")
            shown += 1

    def refuse(self):
        self.put({"ios": "          ^\n% Invalid input detected at '^' "
                  "marker.\n\n",
                  "asa": "              ^\nERROR: % Invalid input detected at "
                  "'^' marker.\n",
                  "catos": "Unknown command. Type '?' for help.\n"}
                 [self.device.kind])

    def log_in(self):
        for _ in range(3):
            self.put("Username: ")
            user = self.line()
            self.put("Password: ")
            if (user, self.line(echo=False)) == (USER, PASSWORD):
                return
            self.put("% Login invalid\n\n")
        raise Closed

    def enable(self):
        for _ in range(3):
            self.put("Password: ")
            if self.line(echo=False) == ENABLE:
                self.enabled = True
                return
        self.put("% Bad secrets\n\n")

    def configure(self, command):
        config = self.device.config
        if command in ("end", "exit", "\x1a"):
            if command == "exit" and self.section:
                self.section = ""
            else:
                self.section, self.configuring = "", False
            return
        negated = command.startswith("no ")
        line = command[3:] if negated else command
        if line.split(" ")[0] not in (
                "interface", "router", "line", "ip", "kron", "description",
                "hostname", "username", "shutdown", "logging", "neighbor",
                "policy-list", "crypto", "prompt", "snmp-server", "banner",
                "transport", "enable", "access-list", "login", "default"):
            self.refuse()
        elif line.startswith("hostname ") and not negated:
            self.device.name = line[9:]
        elif line.startswith(SECTIONS):
            self.section = "" if negated else line
            if negated:
                config.pop(line, None)
            else:
                config.setdefault(line, [])
        elif line in QUESTIONS:
            self.ask(line)
        elif line.startswith("banner "):
            self.banner(line, negated)
        elif negated:
            lines = config.get(self.section, [])
            words = line.split(" ")
            if self.device.kind == "ios" and words[0] == "access-list":
                # IOS reads no further than the number: all of the list goes.
                lines[:] = [x for x in lines
                            if x.split(" ")[:2] != words[:2]]
            elif line in lines:
                lines.remove(line)
            elif line in ("description", "hostname", "enable secret") or (
                    words[0] == "username" and len(words) == 2):
                lines[:] = [x for x in lines if not x.startswith(line + " ")]
        else:
            lines = config.setdefault(self.section, [])
            if line.startswith("description "):
                lines[:] = [x for x in lines
                            if not x.startswith("description ")]
            if line not in lines:  # a device has its own order
                lines.insert(0 if line.startswith("description ") else
                             len(lines), line)

    def banner(self, line, negated):
        lines = self.device.config[""]
        kind = " ".join(line.split(" ")[:2])
        lines[:] = [x for x in lines if not x.startswith(kind)]
        if negated:
            return
        mark, text = line[len(kind) + 1], line[len(kind) + 2:]
        if mark not in text:
            self.put("Enter TEXT message.  End with the character '%s'.\n"
                     % mark)
        while mark not in text:
            text += "\n" + self.line()
        lines.append(kind + " ^C" + text.split(mark)[0] + "^C")

    def revert(self, command):
        """The timed changes of IOS; true when it was such a command."""
        d = self.device
        timer = re.match(r"configure terminal revert timer (\d+)$", command)
        if timer and not d.archive:
            self.put("% Archive configuration is not enabled\n")
        elif timer:
            d.revert_in(int(timer[1]))
            self.put("Rollback Confirmed Change: Backing up current running "
                     "config\n\nEnter configuration commands, one per line.\n")
            self.configuring = True
        elif command in ("configure confirm", "configure revert now"):
            if d.timer is None:
                self.put("%No Rollback Confirmed Change pending\n")
                return True
            d.reload_cancel()
            if command == "configure revert now":
                d.go_back(d.before)
        else:
            return False
        return True

    def ask(self, command):
        question, answer = QUESTIONS[command]
        self.put(question)
        given = self.line()
        self.device.said.append("answer " + given)
        if command == "erase nvram:":
            self.device.said.append("ERASED")
        self.put(answer + "\n")

    def execute(self, command):
        d = self.device
        if d.kind == "catos" and command.startswith("set length"):
            self.rows = 0
        elif re.match(r"terminal (length|pager) 0$|no pager$", command):
            self.rows = 0
        elif re.match(r"terminal (width|monitor|pager|length)", command):
            pass
        elif command == "enable" and not self.enabled:
            self.enable()
        elif command == "show version":
            self.page(VERSION[d.kind] % {"name": d.name})
        elif d.kind == "ios" and \
                command == "show ip http server secure status":
            self.page("HTTP secure server status: %s\n"
                      "HTTP secure server port: 443\n" % d.https)
        elif command in ("show interfaces", "show interface", "show port"):
            self.page(INTERFACES)
        elif not self.enabled:
            self.refuse()
        elif command.startswith(("show running-config", "show config")):
            self.page(d.running())
        elif d.kind == "ios" and self.revert(command):
            pass
        elif re.match(r"conf(ig(ure)?)? *t", command) and d.kind != "catos":
            if d.kind == "ios":
                self.put("Enter configuration commands, one per line.  End "
                         "with CNTL/Z.\n")
            self.configuring = True
        elif d.kind == "catos" and command.startswith(("set ", "clear ")):
            d.config[""].append(command)
        elif re.match(r"wr(ite)?( mem(ory)?)?$", command):
            d.save()
            self.put("Building configuration...\n[OK]\n")
        elif command in QUESTIONS:
            self.ask(command)
        else:
            self.refuse()

    def serve(self):
        if self.device.is_cut():
            raise Closed
        self.put(self.device.banner)
        while True:
            self.write(self.prompt())
            command = self.line().strip()
            if not command:
                continue
            self.device.said.append(command)
            time.sleep(self.device.delay)
            if self.configuring:
                self.configure(command)
                if self.device.is_cut():
                    raise Closed
            elif command in ("exit", "quit", "logout"):
                return
            else:
                self.execute(command)


class Server:
    """Listens on loopback at a port that the kernel picks, unless told; use it
    with `with`."""

    def __init__(self, device, port=0):
        self.device = device
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.open = True

    def __enter__(self):
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()
        return self

    def accept(self):
        while self.open:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.guard, args=(connection,),
                             daemon=True).start()

    def guard(self, connection):
        try:
            self.talk(connection)
        except (Closed, OSError, EOFError):
            pass
        connection.close()

    def __exit__(self, *why):
        self.open = False
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


class TelnetServer(Server):
    def talk(self, connection):
        connection.sendall(b"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f")
        held = []

        def byte():
            data = connection.recv(1)
            if not data:
                raise Closed
            return data[0]

        def read():
            while True:
                c = held.pop() if held else byte()
                if c != 255:
                    if c == 13:  # CR NUL and CR LF are one line end
                        after = byte()
                        if after not in (0, 10):
                            held.append(after)
                    if c:
                        return chr(c)
                    continue
                verb = byte()
                if verb == 250:
                    while not (byte() == 255 and byte() == 240):
                        pass
                elif 251 <= verb <= 254:
                    byte()

        session = Session(self.device, read, lambda text: connection.sendall(
            text.encode("latin-1")))
        session.put("\n\nUser Access Verification\n\n")
        session.log_in()
        session.serve()


class SshServer(Server):
    """Needs paramiko. `weak` offers only what old devices have."""

    key = None

    def __init__(self, device, weak=False, port=0):
        import paramiko
        logging.getLogger("paramiko").setLevel(logging.CRITICAL)
        super().__init__(device, port)
        self.paramiko, self.weak = paramiko, weak
        if SshServer.key is None:
            SshServer.key = paramiko.RSAKey.generate(2048)

    def talk(self, connection):
        paramiko, done = self.paramiko, threading.Event()

        class Door(paramiko.ServerInterface):
            def check_auth_password(self, user, password):
                return (paramiko.AUTH_SUCCESSFUL
                        if (user, password) == (USER, PASSWORD)
                        else paramiko.AUTH_FAILED)

            def get_allowed_auths(self, user):
                return "password"

            def check_channel_request(self, kind, number):
                return paramiko.OPEN_SUCCEEDED

            def check_channel_pty_request(self, *terminal):
                return True

            def check_channel_shell_request(self, channel):
                done.set()
                return True

        transport = paramiko.Transport(connection)
        if self.weak:
            options = transport.get_security_options()
            options.kex = ("diffie-hellman-group14-sha1",)
            options.ciphers = ("aes128-cbc",)
            options.digests = ("hmac-sha1",)
        transport.add_server_key(SshServer.key)
        try:
            transport.start_server(server=Door())
        except paramiko.SSHException:
            raise Closed
        channel = transport.accept(20)
        if channel is None or not done.wait(20):
            raise Closed

        def read():
            data = channel.recv(1)
            if not data:
                raise Closed
            return data.decode("latin-1")

        Session(self.device, read, lambda text: channel.sendall(
            text.encode("latin-1"))).serve()
        channel.close()
        transport.close()
