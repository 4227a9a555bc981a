#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the databases of this directory again, from packages.txt.
set -eu
cd "$(dirname "$0")"
tool=../../tools/rpm_database.py
for kind in sqlite ndb bdb; do
    rm -rf work
    $tool packages.txt work --format $kind --page-size 512
    mv work/var/lib/rpm/* .
done
rm -rf work
$tool packages.txt work --wal --page-size 512
mv work/var/lib/rpm/rpmdb.sqlite wal.sqlite
mv work/var/lib/rpm/rpmdb.sqlite-wal wal.sqlite-wal
rm -rf work
