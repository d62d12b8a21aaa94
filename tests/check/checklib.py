"""What the checks share: the tree, its files, and complaints that say where."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import re
import sys

LIBRARY = ("validate", "registry", "scanner")
PROGRAMS = LIBRARY + ("tests",)
EVERYTHING = PROGRAMS + ("doc", "m4", ".ci")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
TOP_FILES = ("README.md", "NEWS", "quickstart", "configure.ac", "Makefile.am")


def tree():
    """The source tree: first argument, SRCDIR, or the tree this file lies in."""
    here = os.path.dirname(os.path.realpath(__file__))
    words = [w for w in sys.argv[1:] if not w.startswith("-")]
    return os.path.abspath(words[0] if words else os.environ.get("SRCDIR") or os.path.join(here, "..", ".."))


def build():
    """The build directory: BUILDDIR, which make check and the runner set."""
    place = os.environ.get("BUILDDIR")
    if not place:
        sys.exit("BUILDDIR does not say where the build is")
    return place


def files(top, folders, wanted):
    """Paths relative to top, in order, of the files in these folders that wanted(name) takes."""
    found = []
    for folder in folders:
        for place, subfolders, names in os.walk(os.path.join(top, folder)):
            subfolders[:] = [s for s in subfolders if s not in ("__pycache__", ".deps")]
            found += [os.path.relpath(os.path.join(place, n), top) for n in names if wanted(n)]
    return sorted(found)


def c_files(top, folders):
    return files(top, folders, lambda name: name.endswith((".c", ".h")))


def read(top, path):
    with open(os.path.join(top, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def includes(top, path):
    """(line number, quoted or angled, target) of every include of a C file."""
    pattern = re.compile(r'\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
    for number, line in enumerate(read(top, path).splitlines(), 1):
        match = pattern.match(line)
        if match:
            yield number, match.group(1) is not None, match.group(1) or match.group(2)


def inside(code, opening):
    """What stands between the bracket at this place and the one that closes it; texts are passed over."""
    depth = 0
    for match in re.compile(r'"(?:[^"\\]|\\.)*"|[({\[\])}]').finditer(code, opening):
        depth += (match.group(0) in "({[") - (match.group(0) in ")}]")
        if depth == 0:
            return code[opening + 1:match.start()]
    return code[opening + 1:]


def initialisers(code, struct):
    """(place, text) of what objects of this struct are initialised with."""
    for match in re.finditer(r"struct %s \w+(?:\[\w*\])? = \{" % struct, code):
        yield match.start(), inside(code, match.end() - 1)


class Complaints:
    """Collects what is wrong; finish() prints it and gives the exit status."""

    def __init__(self):
        self.lines = []

    def add(self, place, text):
        self.lines.append("%s: %s" % (place, text))

    def finish(self, looked_at, what):
        """Looking at nothing is a fault of the check itself, and fails."""
        for line in self.lines:
            print(line)
        if not looked_at:
            print("nothing to look at: no %s" % what)
        print("%d %s, %d wrong" % (looked_at, what, len(self.lines)))
        return 1 if self.lines or not looked_at else 0
