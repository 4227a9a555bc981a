# SPDX-License-Identifier: Apache-2.0
"""Devices that cannot run here, as simulators: first proven fair by netmiko's
own drivers, then read and changed by holdfast."""
import json
import os
import subprocess
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "simulators"))

from devices import (ENABLE, PASSWORD, USER, Device, SshServer,  # noqa: E402
                     TelnetServer)
from e2e import HOLDFAST, Skip, check, equal, main, test  # noqa: E402


def needs(module):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return __import__(module)
        except ImportError:
            raise Skip("python3-%s is not installed" % module)


def device(server, directory, verb, *arguments, family=None, stdin=None,
           enable=ENABLE, password=PASSWORD):
    files = []
    for name, text in [("password", password), ("enable", enable)]:
        files.append(os.path.join(directory, name))
        with open(files[-1], "w") as f:
            f.write(text)
    telnet = isinstance(server, TelnetServer)
    done = subprocess.run(
        [HOLDFAST, "device", verb, "--family", family or server.device.kind,
         "--user", USER, "--password-file", files[0], "--enable-password-file",
         files[1], "--port", str(server.port), "--timeout", "30",
         *(["--transport", "telnet"] if telnet else ["--trust-first"]),
         *(arguments if verb != "run" else []), "127.0.0.1",
         *(arguments if verb == "run" else [])],
        input=(stdin or "").encode(), capture_output=True, timeout=120)
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


def push(server, directory, lines, *arguments, expected=0):
    code, out, err = device(server, directory, "push", "--commands", "-",
                            "--json", *arguments, stdin="\n".join(lines))
    check(code == expected, code, out, err)
    return json.loads(out)


def driven(server, driver):
    netmiko = needs("netmiko")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        link = netmiko.ConnectHandler(
            device_type=driver, host="127.0.0.1", port=server.port,
            username=USER, password=PASSWORD, secret=ENABLE, fast_cli=False)
        link.enable()
        shown = link.send_command("show version")
        link.send_config_set(["interface GigabitEthernet0/0",
                              "description by netmiko"])
        link.save_config()
        config = link.send_command("show running-config")
        link.disconnect()
    return shown, config


@test
def netmiko_drives_the_simulators(directory):
    for kind, make, driver in [
            ("ios", TelnetServer, "cisco_ios_telnet"),
            ("ios", SshServer, "cisco_ios"), ("asa", SshServer, "cisco_asa")]:
        needs("paramiko")
        thing = Device(kind, lines=60)
        with make(thing) as server:
            shown, config = driven(server, driver)
        check("Version" in shown, kind, shown)
        check(" description by netmiko" in config, kind, config)
        check("198.51.100.59" in config and "More" not in config, config)
        equal(thing.saved, 1)


@test
def R_INV_1_look_alikes_are_discovered(directory):
    for kind, model in [("ios", "CISCO1941/K9"), ("asa", "ASA5510"),
                        ("catos", "WS-C5500")]:
        with TelnetServer(Device(kind, lines=60)) as server:
            code, out, err = device(server, directory, "discover")
            check(code == 0, kind, code, err)
        found = json.loads(out)
        equal(found["facts"]["model"], model)
        check("198.51.100.59" in found["running_config"])
        if kind == "ios":
            equal([i["name"] for i in found["interfaces"]],
                  ["GigabitEthernet0/0", "GigabitEthernet0/1"])
        if kind == "asa":  # R-LIC-4, R-LIC-5
            check(found["facts"]["license_supports_failover"] is False)


@test
def R_SSH_7_banners_that_look_like_prompts_do_no_harm(directory):
    for banner in ["*** Authorized use only #  ***\n", "keep out #\n", "x>\n",
                   "sim1#\n", "#", "Password: \nUsername: \n",
                   "\x1b[2J\x1b[1;31mred#\x1b[0m\n"]:
        thing = Device("ios", banner=banner, lines=5)
        with TelnetServer(thing) as server:
            code, out, err = device(server, directory, "fetch")
            check(code == 0 and out.endswith("\nend\n"), banner, code, err)


@test
def R_SSH_15_an_old_device_is_reached_with_its_profile(directory):
    needs("paramiko")
    with SshServer(Device("ios"), weak=True) as server:
        code, out, err = device(server, directory, "fetch")
        check(code != 0, out)
        code, out, err = device(server, directory, "fetch", "--ssh-profile",
                                "legacy-1")
        check(code == 0 and out.endswith("\nend\n"), code, err)


@test
def R_INV_4_the_layer_that_breaks_is_named(directory):
    with TelnetServer(Device("ios")) as server:
        code, out, err = device(server, directory, "fetch", password="wrong")
        check(code == 4 and "refused the user" in err, code, err)
        check("wrong" not in err, err)
        code, out, err = device(server, directory, "fetch", enable="wrong")
        check(code == 4 and "level" in err, code, err)


@test
def R_DEP_6_known_questions_are_answered_and_others_stop(directory):
    thing = Device("ios")
    with TelnetServer(thing) as server:
        code, out, err = device(server, directory, "run", "configure terminal",
                                "crypto key generate rsa", "end")
        check(code == 0 and "[OK]" in out, code, err)
        check("answer 2048" in thing.said, thing.said)
        code, out, err = device(server, directory, "run", "erase nvram:")
        check(code == 3 and "Continue? [confirm]" in err, code, err)
        check("ERASED" not in thing.said, thing.said)


@test
def R_DEP_5_look_alikes_are_changed_or_left_as_they_were(directory):
    for kind, lines in [("ios", 60), ("asa", 60), ("ios", 0)]:
        thing = Device(kind, lines=lines, name="a-name-of-more-than-twenty")
        with TelnetServer(thing) as server:
            done = push(server, directory,
                        ["interface GigabitEthernet0/0",
                         "description by holdfast", "exit",
                         "logging host 192.0.2.9"])
            equal((done["result"], done["saved"]), ("applied", True))
            equal(thing.saved, 1)
            before = thing.running()
            done = push(server, directory,
                        ["interface GigabitEthernet0/0",
                         "description other", "exit", "hostname sim2",
                         "logging host 192.0.2.10", "nonsense"], expected=1)
            check(done["result"] == "undone", kind, done)
            equal(thing.running(), before)
            equal(thing.saved, 1)


class Negotiating(TelnetServer):
    """Wants every option there is, both ways, and asks some twice, before it
    talks; it waits for each answer, as servers do."""

    def talk(self, connection):
        self.said = []
        for verb in (0xfd, 0xfb):  # DO, WILL
            for option in range(255):
                connection.sendall(bytes([0xff, verb, option]))
                self.said.append((verb, option, self.answer(connection)))
        for noise in (b"\xff\xf1", b"\xff\xfa\x18\x01\xff\xf0",
                      b"\xff\xfa\x63xyz\xff\xf0", b"\xff\xfe\x63",
                      b"\xff\xfc\x63", b"\xff\xf9"):
            connection.sendall(noise)
        super().talk(connection)

    def answer(self, connection):
        connection.settimeout(60)
        data = connection.recv(3, 0x100)  # MSG_WAITALL
        while data[1:2] == b"\xfa":  # the size of a window, told at once
            while not data.endswith(b"\xff\xf0"):
                data += connection.recv(1)
            data = connection.recv(3, 0x100)
        return data


@test
def R_TEL_2_every_option_is_answered_and_what_is_not_known_refused(directory):
    will, do = (1, 3), (3, 24, 31)  # ECHO, SGA; SGA, TTYPE, NAWS
    with Negotiating(Device("ios", lines=20)) as server:
        code, out, err = device(server, directory, "fetch")
        check(code == 0 and out.endswith("\nend\n"), code, out[-200:], err)
        equal(len(server.said), 2 * 255)
        for verb, option, answer in server.said:
            if verb == 0xfd:  # DO: WILL or WONT
                wanted = 0xfb if option in do else 0xfc
            else:             # WILL: DO or DONT
                wanted = 0xfd if option in will else 0xfe
            equal((verb, option, answer),
                  (verb, option, bytes([0xff, wanted, option])))


@test
def R_COM_15_slow_devices_are_waited_for(directory):
    with TelnetServer(Device("ios", delay=2.5, lines=30)) as server:
        code, out, err = device(server, directory, "fetch")
        check(code == 0 and out.endswith("\nend\n"), code, err)


if __name__ == "__main__":
    sys.exit(main())
