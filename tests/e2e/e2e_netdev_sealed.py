# SPDX-License-Identifier: Apache-2.0
"""The keys of the process that talks to devices, sealed by systemd: with its
host key, and with a TPM 2.0 (swtpm, which is one in software). The files are
handed over as a unit's LoadCredentialEncrypted= does."""
import contextlib
import os
import shutil
import subprocess
import sys

import e2e
from e2e import PATIENCE, Skip, check, equal, free_port, test, wait_for
from e2e_netdev_server import act, add_routers, house

NAME = "netdev.passphrase"
PASSPHRASE = b"a passphrase of the keys\n"


def is_waiting(running, port):
    check(running.poll() is None, "it ended")
    with open("/proc/net/tcp") as file:
        return ":%04X 00000000:0000 0A" % port in file.read()


@contextlib.contextmanager
def tpm(directory):
    """How systemd-creds names it. Each directory is a TPM of its own."""
    if shutil.which("swtpm") is None or not os.path.exists(
            "/usr/lib/x86_64-linux-gnu/libtss2-tcti-swtpm.so.0"):
        raise Skip("not installed: swtpm, libtss2-tcti-swtpm0")
    os.makedirs(directory)
    port = free_port(2)  # side by side, as its clients expect
    here = "port=%d,bindaddr=127.0.0.1"
    running = subprocess.Popen(
        ["swtpm", "socket", "--tpm2", "--server", "type=tcp," + here % port,
         "--ctrl", "type=tcp," + here % (port + 1), "--tpmstate",
         "dir=" + directory, "--flags", "startup-clear"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: is_waiting(running, port + 1), "swtpm")
        yield ["--tpm2-device=swtpm:host=127.0.0.1,port=%d" % port]
    finally:
        running.kill()
        running.wait()


def creds(directory, *arguments, text=None):
    if shutil.which("systemd-creds") is None:
        raise Skip("not installed: systemd-creds")
    done = subprocess.run(
        ["systemd-creds", *arguments], input=text, capture_output=True,
        timeout=PATIENCE, env=dict(os.environ, SYSTEMD_CREDENTIAL_SECRET=
                                   os.path.join(directory, "host.secret")))
    return done.returncode, done.stdout, done.stderr


def hand_over(directory, path, text):
    """What a unit finds in $CREDENTIALS_DIRECTORY."""
    os.makedirs(path, mode=0o700)
    with open(os.path.join(path, NAME), "wb") as file:
        file.write(text)
    os.chmod(file.name, 0o400)
    os.environ["CREDENTIALS_DIRECTORY"] = path


def sealed(directory, seal, *unseal):
    """The passphrase, from its sealed file."""
    path = os.path.join(directory, "passphrase.cred")
    code, out, err = creds(directory, "encrypt", "--name=" + NAME, *seal, "-",
                           path, text=PASSPHRASE)
    if code != 0:
        raise Skip("systemd-creds cannot seal here: " + err.decode())
    with open(path, "rb") as file:
        check(PASSPHRASE.strip() not in file.read())
    code, text, err = creds(directory, "decrypt", "--name=" + NAME, *unseal,
                            path, "-")
    equal((code, text), (0, PASSPHRASE))
    return text


def the_server_opens_its_keys(directory, text):
    plain = os.path.join(directory, "passphrase")
    with house(directory) as (bed, server):
        (device,), _ = add_routers(server, bed)
        with open(plain, "wb") as file:
            file.write(PASSPHRASE)
        os.chmod(plain, 0o600)
        subprocess.run([*server.arguments(), "netdev-key", "passphrase",
                        plain], check=True, stdout=subprocess.DEVNULL)
        os.unlink(plain)
        # A key file without its passphrase opens nothing.
        equal(server.stop(), 0)
        try:
            server.start(refused="a passphrase is needed")
            raise AssertionError("it started without the passphrase")
        except AssertionError as why:
            check("a passphrase is needed" in str(why), str(why))
        try:
            hand_over(directory, os.path.join(directory, "credentials"), text)
            server.start()
            equal(act(server, device, "test")["result"], "ok")
        finally:
            del os.environ["CREDENTIALS_DIRECTORY"]
        with open(os.path.join(server.data, "keys", "netdev.key"),
                  "rb") as file:
            check(PASSPHRASE.strip() not in file.read())


@test
def R_SSH_9_the_keys_are_sealed_by_systemd_with_the_key_of_the_host(directory):
    code, _, err = creds(directory, "setup")
    if code != 0:
        raise Skip("systemd-creds makes no key here: " + err.decode())
    the_server_opens_its_keys(directory,
                              sealed(directory, ["--with-key=host"]))


@test
def R_SSH_9_the_keys_are_sealed_with_a_TPM(directory):
    with tpm(os.path.join(directory, "tpm")) as its:
        text = sealed(directory, ["--with-key=tpm2", "--tpm2-pcrs=7", *its],
                      *its)
    with tpm(os.path.join(directory, "another")) as its:
        code, other, err = creds(
            directory, "decrypt", "--name=" + NAME, *its,
            os.path.join(directory, "passphrase.cred"), "-")
        check(code != 0 and other == b"", code, other, err)
    the_server_opens_its_keys(directory, text)


if __name__ == "__main__":
    e2e.TESTS[:] = [t for t in e2e.TESTS if t.__module__ == "__main__"]
    sys.exit(e2e.main())
