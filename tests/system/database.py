# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server of a test's own: an unprivileged user's, in its own directory, on a Unix socket."""
import atexit
import glob
import os
import pwd
import shutil
import signal
import subprocess
import time

from story import expect, run

OWNER = "owner"                 # of everything there; its password is no secret of cdswalk
CONFIGURATION = """listen_addresses = ''
fsync = off
max_connections = 30
shared_buffers = 16MB
log_statement = all
"""
# Whoever inserts a row for a child waits at a closed gate, in the INSERT or in the COMMIT; '' is for all children.
GATE = """CREATE TABLE gate (child text, at text);
CREATE FUNCTION waits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    WHILE EXISTS (SELECT FROM public.gate g WHERE g.child IN ('', NEW.child) AND g.at = TG_ARGV[0]) LOOP PERFORM pg_sleep(0.02); END LOOP;
    RETURN NULL; END $$;
CREATE TRIGGER at_insert AFTER INSERT ON cdswalk.change FOR EACH ROW EXECUTE FUNCTION waits('INSERT');
CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON cdswalk.change DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION waits('COMMIT');
"""


def programs():
    """Where Debian has the server's programs."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[4]))
    beside = shutil.which("postgres")
    expect(found or beside, "PostgreSQL is not installed (Debian: postgresql-15)")
    return found[-1] if found else os.path.dirname(beside)


class Database:
    def __init__(self, story, name="pg"):
        self.bin = programs()
        self.home = story.path(name)
        os.chmod(story.dir, 0o711)              # the server's user passes through
        os.mkdir(self.home, 0o711)
        self.data, self.sockets, self.log = (os.path.join(self.home, n) for n in ("data", "s", "log"))
        self.user = {}
        for path in (self.data, self.sockets):
            os.mkdir(path, 0o700)
        if os.geteuid() == 0:                   # the server refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self.user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            for path in (self.data, self.sockets):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        os.chmod(self.sockets, 0o755)
        self.server = None
        pwfile = os.path.join(self.sockets, "pw")
        with open(pwfile, "w", encoding="utf-8") as f:
            f.write("owner\n")
        os.chmod(pwfile, 0o644)
        subprocess.run([os.path.join(self.bin, "initdb"), "-D", self.data, "-U", OWNER, "--pwfile", pwfile, "-A", "scram-sha-256",
                        "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/", **self.user)
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as f:
            f.write(CONFIGURATION)
        atexit.register(self.stop, signal.SIGQUIT)
        self.start()

    def start(self):
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen([os.path.join(self.bin, "postgres"), "-D", self.data, "-k", self.sockets], stdout=log,
                                           stderr=log, cwd="/", **self.user)
        end = time.monotonic() + 30
        while self.psql("SELECT 1", code=None).returncode != 0:
            with open(self.log, encoding="utf-8", errors="replace") as f:
                expect(self.server.poll() is None and time.monotonic() < end, "PostgreSQL does not start:\n" + f.read()[-2000:])
            time.sleep(0.1)

    def stop(self, how=signal.SIGINT):
        """SIGINT: at once, sessions are ended; SIGQUIT: as if it had crashed."""
        if self.server is not None:
            self.server.send_signal(how)
            self.server.wait()
            self.server = None

    def psql(self, sql, *more, user=OWNER, password="owner", code=0):
        argv = [os.path.join(self.bin, "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.sockets, "-U", user,
                "-d", "postgres", *more]
        return run(argv, stdin=sql, code=code, env={"PGPASSWORD": password})

    def rows(self, sql, *more, **named):
        return self.psql(sql, *more, **named).stdout.splitlines()

    def login(self, name, password, *groups):
        """A role that may connect."""
        self.psql("CREATE ROLE %s LOGIN PASSWORD '%s' NOSUPERUSER %s;" % (name, password, "IN ROLE " + ", ".join(groups) if groups else ""))

    def sessions(self):
        """Processes that work for cdswalk, and whether each waits at a gate."""
        return [(int(pid), waits == "t") for pid, waits in (row.split("|") for row in self.rows(
            "SELECT pid, coalesce(wait_event = 'PgSleep', false) FROM pg_stat_activity WHERE application_name = 'cdswalk'"))]

    def close_gate(self, at, child=""):
        self.psql("INSERT INTO gate VALUES ('%s', '%s')" % (child, at))

    def at_gate(self):
        """The session that waits there, and would for ever; or None."""
        return next((pid for pid, waits in self.sessions() if waits), None)

    def open_gate(self):
        """What has waited goes on, whether anybody hears of it or not."""
        self.psql("DELETE FROM gate")
        end = time.monotonic() + 30
        while self.at_gate() is not None:
            expect(time.monotonic() < end, "a session waits at an open gate")

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()
