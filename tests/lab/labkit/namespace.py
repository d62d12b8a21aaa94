"""Bring a lab up in namespaces of its own, run commands in it, and end it.

The lab's first process is process 1 of a pid namespace: killing that one makes the kernel end
every daemon in it, also those that fork.  Nothing else is ever killed."""
# SPDX-License-Identifier: GPL-3.0-or-later
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

STATE = "lab.json"
MARKER = ".cdswalk-lab"
READY = "READY"
DOWN_LIMIT = 30.0
PATH_LIMIT = 70         # Unix sockets of the daemons lie in DIR, and their paths end at 107 octets
NAMESPACES = ("user", "mnt", "net", "pid")
PR_SET_PDEATHSIG = 1
ISOLATE = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"]
VARIANTS = ([], ["--user", "--map-root-user"])


class LabError(Exception):
    """Something the user must know; the text is the whole message."""


def read_state(directory):
    try:
        with open(os.path.join(directory, STATE)) as f:
            return json.load(f)
    except (OSError, ValueError):
        return None


def start_time(pid):
    """When a process began, in clock ticks: with its number it names a process for good.
    None if there is no such process, or only its zombie."""
    try:
        with open("/proc/%d/stat" % pid) as f:
            fields = f.read().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def running(state):
    return bool(state) and start_time(state["init"]) == state["start"]


def inside(directory):
    """True if this process is in the lab of the directory already."""
    state = read_state(directory)
    return bool(state) and os.stat("/proc/self/ns/net").st_ino == state["net"]


def isolation():
    """The unshare command that works here: as root, or through a user namespace."""
    complaint = ""
    for extra in VARIANTS if os.geteuid() == 0 else VARIANTS[1:]:
        command = ISOLATE + extra + ["--mount-proc"]
        probe = subprocess.run(command + ["true"], capture_output=True, text=True, check=False)
        if probe.returncode == 0:
            return command
        complaint = probe.stderr.strip()
    raise LabError("cannot make private namespaces (%s). The lab needs root with CAP_SYS_ADMIN, or "
                   "unprivileged user namespaces (kernel.unprivileged_userns_clone=1)" % complaint)


def prepare_directory(directory):
    """An empty directory, or one that a former lab may be swept out of (daemons trip over the
    state of a lab that was killed)."""
    if len(directory) > PATH_LIMIT:
        raise LabError("%s: path too long, at most %d octets (Unix sockets lie below it)"
                       % (directory, PATH_LIMIT))
    if not re.fullmatch(r"[\w./+-]+", directory, re.ASCII):
        raise LabError("%s: the path goes into many configuration files; use letters, digits and ._+-/"
                       % directory)
    if running(read_state(directory)):
        raise LabError("%s: a lab is already up there" % directory)
    os.makedirs(directory, exist_ok=True)
    leftovers = os.listdir(directory)
    if leftovers and MARKER not in leftovers:
        raise LabError("%s: not empty, and not left by a lab" % directory)
    for name in leftovers:
        path = os.path.join(directory, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)
    with open(os.path.join(directory, MARKER), "w", encoding="ascii") as f:
        f.write("made by tests/lab/lab up; may be removed when the lab is down\n")


def record_state(directory, holder):
    """Find the lab's first process: the only child of unshare."""
    children = "/proc/%d/task/%d/children" % (holder.pid, holder.pid)
    for _ in range(200):
        try:
            with open(children) as f:
                init = int(f.read().split()[0])
            net = os.stat("/proc/%d/ns/net" % init).st_ino
            state = {"init": init, "start": start_time(init), "net": net,
                     "holder": holder.pid, "holder_start": start_time(holder.pid)}
        except (OSError, IndexError):
            time.sleep(0.01)
            continue
        if net != os.stat("/proc/self/ns/net").st_ino and state["start"]:
            with open(os.path.join(directory, STATE), "w", encoding="ascii") as f:
                json.dump(state, f)
            return
    raise LabError("the lab's first process did not appear")


def up(directory, program, layers):
    """Start the lab; returns when every server answers.  Progress goes to stderr."""
    directory = os.path.abspath(directory)
    command = isolation()
    prepare_directory(directory)
    holder = subprocess.Popen(command + [sys.executable, program, "_inside", directory, layers],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              start_new_session=True, text=True)
    ready = False
    try:
        record_state(directory, holder)
        for line in holder.stdout:
            if line.strip() == READY:
                ready = True
                break
            sys.stderr.write(line)
            sys.stderr.flush()
    finally:
        if not ready:
            holder.kill()               # --kill-child: takes the lab's first process with it
            holder.wait()
            down(directory)
    if not ready:
        raise LabError("the lab did not start; its logs are in %s/log" % directory)


def down(directory):
    """End the lab, if it is up.  The directory keeps its logs."""
    directory = os.path.abspath(directory)
    state = read_state(directory)
    if state is None:
        return
    if running(state):
        os.kill(state["init"], signal.SIGKILL)
        end = time.monotonic() + DOWN_LIMIT
        while running(state) or start_time(state["holder"]) == state["holder_start"]:
            if time.monotonic() > end:
                raise LabError("process %d or %d does not end" % (state["init"], state["holder"]))
            time.sleep(0.01)
    os.unlink(os.path.join(directory, STATE))


def enter(pid):
    """Join all namespaces of the lab; the pid namespace takes effect for children only."""
    libc = ctypes.CDLL(None, use_errno=True)
    handles = []
    for kind in NAMESPACES:
        path = "/proc/%d/ns/%s" % (pid, kind)
        if os.stat(path).st_ino != os.stat("/proc/self/ns/" + kind).st_ino:
            handles.append((kind, os.open(path, os.O_RDONLY | os.O_CLOEXEC)))
    for kind, fd in handles:
        if libc.setns(fd, 0) != 0:
            raise LabError("cannot enter the lab's %s namespace: %s"
                           % (kind, os.strerror(ctypes.get_errno())))
        os.close(fd)
    return libc


def supervise(child, signals):
    """Wait for the command; pass on signals sent to us, but not those a terminal sends to the
    whole process group.  Returns the exit status as a shell would give it."""
    while True:
        info = signal.sigwaitinfo(signals)
        if info.si_signo != signal.SIGCHLD:
            if info.si_code <= 0:       # SI_USER and its like
                os.kill(child, info.si_signo)
            continue
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def execute(directory, argv):
    """Run a command inside the lab and return its exit status.  If we are killed, so is it."""
    directory = os.path.abspath(directory)
    if inside(directory):
        os.execvp(argv[0], argv)
    state = read_state(directory)
    if not running(state):
        raise LabError("%s: no lab is up there" % directory)
    here = os.getcwd()
    libc = enter(state["init"])
    os.chdir(here)                      # joining a mount namespace leads to its root directory
    signals = {signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT,
               signal.SIGUSR1, signal.SIGUSR2}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    child = os.fork()
    if child == 0:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
        os.environ["LAB_DIR"] = directory
        try:
            os.execvp(argv[0], argv)
        except OSError as e:
            sys.stderr.write("lab: %s: %s\n" % (argv[0], e.strerror))
            os._exit(127)
    return supervise(child, signals)


def run_inside(directory):
    """For tools that work in the lab: start this very program again inside it, unless there."""
    if not inside(os.path.abspath(directory)):
        sys.exit(execute(directory, [sys.executable] + sys.argv))
