"""Start, watch and end processes; only those started here are ever ended."""
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import resource
import subprocess
import sys
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
WATCH_S = 0.05


def cpu_ticks(path):
    """User and system ticks of a stat file of proc; None when the process is gone."""
    try:
        with open(path) as f:
            fields = f.read().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return int(fields[11]) + int(fields[12])


def cpu_seconds(pid):
    """Of a process and of the children it has now."""
    total = (cpu_ticks("/proc/%d/stat" % pid) or 0) / TICKS
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            children = [int(w) for w in f.read().split()]
    except OSError:
        children = []
    return total + sum(cpu_seconds(c) for c in children)


def rss_anon_kb(pid):
    try:
        with open("/proc/%d/status" % pid) as f:
            for line in f:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


class Watch(threading.Thread):
    """Looks at a process now and then: the most anonymous memory, and the CPU of its first thread."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.anon_kb, self.first_thread_s = pid, 0, 0.0
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(WATCH_S):
            self.anon_kb = max(self.anon_kb, rss_anon_kb(self.pid))
            ticks = cpu_ticks("/proc/%d/task/%d/stat" % (self.pid, self.pid))
            self.first_thread_s = max(self.first_thread_s, (ticks or 0) / TICKS)


class Run:
    """What a finished process cost."""

    def __init__(self, argv, limit_s=300, watch=False, stdout=subprocess.PIPE, **options):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        child = subprocess.Popen(argv, stdout=stdout, stderr=subprocess.PIPE, text=True, **options)
        watcher = Watch(child.pid) if watch else None
        if watcher:
            watcher.start()
        try:
            self.out, self.err = child.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            sys.exit("bench: %s took more than %d s" % (" ".join(argv), limit_s))
        finally:
            if watcher:
                watcher.over.set()
                watcher.join()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.wall_s = time.monotonic() - began
        self.cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.status = child.returncode
        self.anon_mb = watcher.anon_kb / 1024 if watcher else 0
        self.first_thread_s = watcher.first_thread_s if watcher else 0
        if self.status != 0:
            sys.exit("bench: %s ended with %d:\n%s" % (" ".join(argv), self.status, self.err[-2000:]))

    def objects(self):
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]


class Daemon:
    """A server for as long as the with block lasts. ready: a function that says when it answers."""

    def __init__(self, argv, ready, limit_s=60, log=None):
        self.argv, self.ready, self.limit_s, self.log = argv, ready, limit_s, log

    def __enter__(self):
        out = open(self.log, "w") if self.log else subprocess.DEVNULL
        # Not in a file object of the parent only: a daemon that dies says why there.
        self.process = subprocess.Popen(self.argv, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        end = time.monotonic() + self.limit_s
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > end:
                self.__exit__()
                sys.exit("bench: %s did not come up; see %s" % (self.argv[0], self.log))
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def cpu_s(self):
        return cpu_seconds(self.process.pid)
