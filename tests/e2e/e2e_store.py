#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""holdfastd backup, restore and check, and the store under a killed server."""
import concurrent.futures
import glob
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

from e2e import Skip, check, equal, main, test
from server import Server

IMAGE = b"the system of a firewall\n" * 99999
PASSPHRASE = "correct horse battery staple\n"
DATABASE = os.environ.get("HOLDFAST_TEST_DB")


def secret(directory, text=PASSPHRASE, mode=0o600):
    path = os.path.join(directory, "passphrase")
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def command(server, *arguments):
    """(exit code, standard output, standard error)"""
    done = subprocess.run([*server.arguments(), *arguments],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=120, text=True)
    return done.returncode, done.stdout, done.stderr


def assert_whole(server):
    equal(command(server, "check"), (0, "the store is whole\n", ""))


def logins(server):
    return sorted(user["login"] for user in
                  server.get("/api/v1/users")["items"])


def add_user(server, login):
    return server.post("/api/v1/users", {
        "login": login, "name": "", "email": "", "roles": [],
        "password": PASSPHRASE.strip()})


def image_at(server):
    folder = os.path.join(server.data, "images")
    server.wait_for(lambda: [n for n in os.listdir(folder)
                             if not n.startswith("new-")], "the image's file")
    with open(os.path.join(folder, os.listdir(folder)[0]), "rb") as file:
        return file.read()


def database_at(path):
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall()


def backup_ended(server, backup):
    def look():
        one = server.get("/api/v1/backups/%d" % backup)
        return one if one["ended"] and not one["checking"] else None
    return server.wait_for(look, "the backup", timeout=120)


@test
def a_backup_is_made_over_the_API_read_back_and_restored(directory):
    asked = {"passphrase": PASSPHRASE.strip()}
    os.mkdir(directory + "/other")
    with Server(directory) as server:
        server.set_up()
        add_user(server, "kept")
        made = server.post("/api/v1/backups", asked)
        equal(made["state"], "making")
        one = backup_ended(server, made["id"])
        equal((one["state"], one["text"], one["there"]), ("done", None, True))
        check(one["rows"] > 0 and one["size"] > 0 and one["checked"], one)
        path = "/api/v1/backups/%d" % made["id"]
        file = os.path.join(server.data, "backups", one["file"])
        equal(os.stat(file).st_mode & 0o777, 0o600)
        sealed = server.get(path + "/file")
        with open(file, "rb") as kept:
            equal(kept.read(), sealed)
        check(b"kept" not in sealed)
        equal(len(server.get("/api/v1/audit?action=backup.made")["items"]), 1)
        # Another passphrase does not open it; what is known of it stays.
        server.post(path + "/check", {"passphrase": "something else " * 2})
        wrong = backup_ended(server, made["id"])
        check(wrong["text"] and wrong["checked"] == one["checked"], wrong)
        server.post(path + "/check", asked)
        equal(backup_ended(server, made["id"])["text"], None)
        # What the disk damaged is found out.
        with open(file, "r+b") as damaged:
            damaged.seek(one["size"] // 2)
            damaged.write(b"\0\1\2\3\4\5\6\7")
        server.post(path + "/check", asked)
        check(backup_ended(server, made["id"])["text"])
        server.good("DELETE", path)
        check(not os.path.exists(file))
    with open(directory + "/sealed", "wb") as copy:
        copy.write(sealed)
    other = Server(directory + "/other")
    os.makedirs(other.data)
    equal(command(other, "restore", directory + "/sealed",
                  secret(directory))[0], 0)
    with other:
        other.log_in()
        equal(logins(other), ["admin", "kept"])
        # What the backup itself says of the time it was made.
        equal([one["state"] for one in
               other.get("/api/v1/backups")["items"]], ["failed"])
    assert_whole(other)


@test
def a_running_server_is_backed_up_and_restored_elsewhere(directory):
    os.mkdir(directory + "/other")
    backup, key = directory + "/backup", secret(directory)
    with Server(directory) as server:
        server.set_up()
        add_user(server, "before")
        server.good("POST", "/api/v1/device-images?name=a.bin", IMAGE,
                    headers={"Content-Type": "application/octet-stream"})
        code, said, _ = command(server, "backup", backup, key)
        equal(code, 0)
        check("rows of" in said, said)
        equal(os.stat(backup).st_mode & 0o777, 0o600)
        add_user(server, "after")
        assert_whole(server)
    with open(backup, "rb") as file:
        check(b"before" not in file.read(), "a login is readable")
    other = Server(directory + "/other")
    os.makedirs(other.data)
    equal(command(other, "restore", backup, key)[0], 0)
    assert_whole(other)
    with other:
        other.log_in()
        equal(logins(other), ["admin", "before"])
        equal(image_at(other), IMAGE)
        rows = other.get("/api/v1/audit")["items"]
        check(any(row["action"] == "store.restored" for row in rows), rows)
    assert_whole(other)


@test
def a_restore_needs_the_server_stopped_and_to_be_told_to_replace(directory):
    backup, key = directory + "/backup", secret(directory)
    with Server(directory) as server:
        server.set_up()
        equal(command(server, "backup", backup, key)[0], 0)
        add_user(server, "late")
        code, _, said = command(server, "restore", backup, key, "replace")
        check(code != 0 and "stop the server" in said, said)
        equal(logins(server), ["admin", "late"])
    code, _, said = command(server, "restore", backup, key)
    check(code != 0 and "not empty" in said, said)
    equal(command(server, "restore", backup, key, "replace")[0], 0)
    with server:
        server.log_in()
        equal(logins(server), ["admin"])
        add_user(server, "new")
        equal(logins(server), ["admin", "new"])
    assert_whole(server)


@test
def wrong_secrets_and_files_change_nothing(directory):
    backup, key = directory + "/backup", secret(directory)
    with Server(directory) as server:
        server.set_up()
        equal(command(server, "backup", backup, key)[0], 0)
    with open(backup, "rb") as file:
        whole = file.read()
    damaged = {"cut": whole[:-1], "changed": whole[:500] + b"x" + whole[501:],
               "empty": b"", "foreign": b"SQLite format 3\0" * 100}
    for name, content in damaged.items():
        with open(directory + "/damaged", "wb") as file:
            file.write(content)
        code, _, said = command(server, "restore", directory + "/damaged", key,
                                "replace")
        check(code != 0 and "damaged" in said, name, said)
    code, _, said = command(server, "restore", backup,
                            secret(directory, "another one entirely\n"),
                            "replace")
    check(code != 0 and "secret" in said, said)
    for text, mode in (("short\n", 0o600), (PASSPHRASE, 0o644)):
        code, _, said = command(server, "backup", directory + "/second",
                                secret(directory, text, mode))
        check(code != 0 and "passphrase" in said, said)
        check(PASSPHRASE.strip() not in said)
    check(not os.path.exists(directory + "/second"))
    equal(glob.glob(directory + "/second*"), [])
    for arguments in (("backup",), ("restore", backup), ("check", "x"),
                      ("restore", backup, key, "overwrite")):
        equal(command(server, *arguments)[0], 2)
    assert_whole(server)
    with server:
        server.log_in()


@test
def a_check_tells_what_is_damaged(directory):
    with Server(directory) as server:
        server.set_up()
    path = server.data + "/holdfast.db"
    connection = sqlite3.connect(path)
    connection.execute("UPDATE audit SET actor = 'nobody' WHERE id = 1")
    connection.commit()
    connection.close()
    code, said, _ = command(server, "check")
    equal(code, 1)
    check("the log of changes: row 1" in said, said)
    with open(path, "r+b") as file:
        size = os.path.getsize(path)
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)
    code, said, complained = command(server, "check")
    check(code != 0 and said + complained, code, said)
    empty = Server(directory + "/empty")
    code, _, said = command(empty, "check")
    check(code != 0 and "No such file" in said, said)
    check(not os.path.exists(empty.data + "/holdfast.db"))


@test
def kill_9_of_any_process_at_any_time_leaves_the_store_whole(directory):
    numbers = random.Random(7)
    done = []

    def write(server, first):
        for i in range(first, first + 1000):
            login = "user%d" % i
            try:
                add_user(server, login)
            except Exception:  # the server is being killed
                return
            done.append(login)

    server = Server(directory)
    with server:
        server.set_up()
    for round_ in range(6):
        server.start()
        server.token = None
        server.log_in()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            writing = pool.submit(write, server, round_ * 1000)
            server.wait_for(lambda: len(done) >= 3 * round_ + 3, "users")
            time.sleep(numbers.random())
            for pid in [server.process.pid, *server.children().values()]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            server.stop()
            writing.result()
        assert_whole(server)
        equal(database_at(server.data + "/holdfast.db"), [("ok",)])
    with server:
        server.log_in()
        connection = sqlite3.connect(server.data + "/holdfast.db")
        there = {row[0] for row in
                 connection.execute("SELECT login FROM app_user")}
        connection.close()
        equal(sorted(set(done) - there), [])
        check(len(done) > 10, len(done))


@test
def the_server_runs_on_postgresql_and_moves_there_from_sqlite(directory):
    if not DATABASE:
        raise Skip("PostgreSQL is not installed (package postgresql)")
    backup, key = directory + "/backup", secret(directory)
    with Server(directory) as server:
        server.set_up()
        add_user(server, "moved")
        equal(command(server, "backup", backup, key)[0], 0)
    server = Server(directory, database=DATABASE)
    equal(command(server, "restore", backup, key)[0], 0)
    assert_whole(server)
    with server:
        server.log_in()
        equal(logins(server), ["admin", "moved"])
        add_user(server, "there")
        code, _, said = command(server, "restore", backup, key, "replace")
        check(code != 0 and "stop the server" in said, said)
        os.kill(server.children()["core"], signal.SIGKILL)
        server.close()
        server.wait_for(lambda: "core" in server.children(), "a new core")
        server.wait_for(lambda: server.ask("GET", "/api/v1/health")[0] == 200,
                        "health")
        equal(logins(server), ["admin", "moved", "there"])
    assert_whole(server)


if __name__ == "__main__":
    sys.exit(main())
