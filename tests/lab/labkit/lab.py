"""The running lab as its first process sees it: files, daemons, readiness, progress."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import shutil
import subprocess
import time

from .namespace import LabError

LOG_TAIL = 15
READY_LIMIT = 120.0


class Lab:
    """Everything lies below one directory; every daemon is a child of this process."""

    def __init__(self, directory, program=None):
        self.directory, self.program = os.path.abspath(directory), program
        self.daemons = {}
        self.began = time.monotonic()

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    def write(self, path, text):
        """Write a file below the lab; its directory is made if need be."""
        full = self.path(path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(text)
        return full

    def progress(self, text):
        print("lab: %4.1f s  %s" % (time.monotonic() - self.began, text), flush=True)

    def run(self, argv, **options):
        """A command that must succeed; returns what it printed."""
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False, **options)
        if done.returncode:
            raise LabError("%s failed with status %d\n%s%s"
                           % (" ".join(argv), done.returncode, done.stdout, done.stderr))
        return done.stdout

    def spawn(self, name, argv):
        """Start a daemon; its output goes to log/NAME.log, its process id to pid/NAME."""
        os.makedirs(self.path("log"), exist_ok=True)
        with open(self.path("log", name + ".log"), "ab") as log:
            self.daemons[name] = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                  cwd=self.directory)
        self.write("pid/" + name, "%d\n" % self.daemons[name].pid)

    def own_copy(self, program):
        """A copy of a program below the lab. AppArmor's profiles go by path, and those that Debian ships for
        named and unbound let them read their usual directories only."""
        copy = self.path("bin", program)
        if not os.path.exists(copy):
            os.makedirs(self.path("bin"), exist_ok=True)
            shutil.copy(shutil.which(program), copy + ".new")
            os.rename(copy + ".new", copy)
        return copy

    def log_tail(self, name):
        try:
            with open(self.path("log", name + ".log"), errors="replace") as f:
                lines = f.read().splitlines()[-LOG_TAIL:]
        except OSError:
            lines = []
        return "".join("    %s\n" % line for line in lines)

    def check_daemon(self, name):
        status = self.daemons[name].poll()
        if status is not None:
            raise LabError("%s ended with status %s; the end of its log:\n%s"
                           % (name, status, self.log_tail(name)))

    def wait(self, what, daemon, test):
        """Poll until the test holds.  A daemon that dies meanwhile is an error at once."""
        end = time.monotonic() + READY_LIMIT
        while not test():
            self.check_daemon(daemon)
            if time.monotonic() > end:
                raise LabError("%s: not ready after %d s; the end of the log of %s:\n%s"
                               % (what, READY_LIMIT, daemon, self.log_tail(daemon)))
            time.sleep(0.05)

    def reap(self):
        """The rest of the life of process 1: collect the dead, name the daemons among them."""
        while True:
            try:
                pid, status = os.wait()
            except ChildProcessError:
                time.sleep(1)
                continue
            for name, daemon in self.daemons.items():
                if daemon.pid == pid:
                    self.progress("%s ended with status %d" % (name, os.waitstatus_to_exitcode(status)))
