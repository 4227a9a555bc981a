# SPDX-License-Identifier: Apache-2.0
"""Starts programs for the tests and measures them.

A process that a large one starts is charged with the large one's memory
(ru_maxrss survives exec), so this small process does the starting: a JSON
line in, a JSON line out.
"""
import json
import os
import signal
import subprocess
import sys
import time


def launch(job):
    """Runs job's command; kills it after job's timeout."""
    producer, given = None, subprocess.DEVNULL
    if job.get('producer'):
        producer = subprocess.Popen(job['producer'], stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL)
        given = producer.stdout
    with open(job['out'], 'wb') as out, open(job['err'], 'wb') as err:
        begin = time.monotonic()
        child = subprocess.Popen(job['command'], stdin=given, stdout=out,
                                 stderr=err)
        signal.signal(signal.SIGALRM, lambda *_: child.kill())
        signal.setitimer(signal.ITIMER_REAL, job['timeout'])
        _, status, usage = os.wait4(child.pid, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        # On a machine that does other work, what it computed counts.
        seconds = min(time.monotonic() - begin,
                      usage.ru_utime + usage.ru_stime)
    child.returncode = os.waitstatus_to_exitcode(status)
    if producer is not None:
        producer.stdout.close()
        producer.kill()
        producer.wait()
    return {'status': child.returncode, 'seconds': seconds,
            'peak_kib': usage.ru_maxrss}


def main():
    for line in sys.stdin:
        print(json.dumps(launch(json.loads(line))), flush=True)


if __name__ == '__main__':
    main()
