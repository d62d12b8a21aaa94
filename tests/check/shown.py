"""Which rows of doc/standards.md a test names, where, and on which side of the rule the test stands."""
# SPDX-License-Identifier: GPL-3.0-or-later
import ast
import os
import re

from checklib import COMMENT, files, initialisers, read

SECTION_ID = (r"R\d{4}-(?:[0-9A-Z][0-9.]*-)?\d+|DSA-[0-9.]+-\d+[ab]?|(?:ANN|ICANN)-\d|L-CONT-\d+|L-DOS-\d+|L-RESP|[WAT]-\d\d")
TABLE_ID = r"[ABCD]\d{1,2}|H\d"
EDGES = r"(?<![\w.-])(?:%s)(?![\w-]|\.\d)"
SECTION = re.compile(EDGES % SECTION_ID)                            # unmistakable wherever it stands
ANY = re.compile(EDGES % (SECTION_ID + "|" + TABLE_ID))             # rows of decision tables, too: in names only
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
ABOVE = r"/\*((?:[^*]|\*(?!/))*)\*/\nstatic "
FUNCTION = re.compile(ABOVE + r"void (\w+)\(void \*\*")
CASES = re.compile(ABOVE + r"const struct (\w+_case)\b")
OUTCOME = re.compile(r"\b(?:REASON_(?!NONE\b)|DENIAL_|SIG_)(\w+)")
LETS_PASS = ("ACCEPT_", "NOOP_", "PROVEN", "VALID")
PASS, REFUSE, OTHER = "pass", "refuse", "other"


class Shown:
    """One test that names one row."""

    def __init__(self, row, path, name, side):
        self.row, self.path, self.name, self.side = row, path, name, side

    def __str__(self):
        base = os.path.splitext(os.path.basename(self.path))[0]
        return ("`%s`: %s" % (base, self.name) if self.name else "`%s`" % base).replace("|", "\\|")


def side_of(reason):
    return PASS if reason.startswith(LETS_PASS) else REFUSE


def judge_cases(path, tables):
    """Rows of tables of struct judge_case: the name says which, the reason on which side."""
    for table in tables:
        for part in re.split(r"(?=\.name = \")", table)[1:]:
            name = LITERAL.search(part).group(1)
            reason = re.search(r"\.reason = REASON_(\w+)", part)
            side = side_of(reason.group(1)) if reason else OTHER
            named = " ".join([name] + re.findall(r'\.(?:rows|rule) = "([^"]+)"', part))
            for row in dict.fromkeys(ANY.findall(named)):
                yield Shown(row, path, name, side)


def other_names(path, code):
    """Texts that name a row. Where the rest of their line of a table, or of their call, has an outcome, that is the side."""
    for literal in LITERAL.finditer(code):
        rows = dict.fromkeys(SECTION.findall(literal.group(1)))
        rest = re.split(r"\},?\n|;", code[literal.end():], maxsplit=1)[0] if rows else ""
        outcome = OUTCOME.search(rest)
        for row in rows:
            name = "" if literal.group(1) == row else literal.group(1)
            yield Shown(row, path, name, side_of(outcome.group(1)) if outcome else OTHER)


def c_test(path, text):
    """Cases of the judge; names of other tables; tables and functions that are used, by the comment above them."""
    code = COMMENT.sub(" ", text)
    tables = [table for _, table in initialisers(code, "judge_case")]
    yield from judge_cases(path, tables)
    for table in tables:
        code = code.replace(table, " ")
    yield from other_names(path, code)
    for comment, name in FUNCTION.findall(text) + CASES.findall(text):
        if len(re.findall(r"\b%s" % name, code)) > 1:
            for row in dict.fromkeys(ANY.findall(comment)):
                yield Shown(row, path, name, OTHER)


def story(path, text):
    """A story shows what its comments name, on the sides of what it expects."""
    rows = dict.fromkeys(ANY.findall(" ".join(re.findall(r"#(.*)", text))))
    sides = dict.fromkeys(side_of(t) for t in re.findall(r"^expect (\w+)", text, re.MULTILINE))
    for row in rows:
        for side in sides:
            yield Shown(row, path, "", side)


def python_test(path, text):
    """Children of the lab: label, rows, outcome. Elsewhere any text that names a row."""
    tree, children = ast.parse(text), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "child":
            words = [a.value for a in node.args if isinstance(a, ast.Constant)]
            children.update(id(a) for a in node.args)
            if len(words) == len(node.args) >= 3:
                for row in ANY.findall(words[1]):
                    yield Shown(row, path, words[0], side_of(words[2]))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in children:
            for row in dict.fromkeys(SECTION.findall(node.value)):
                yield Shown(row, path, "", OTHER)


def wanted(name):
    return not name.endswith((".h", ".inc", ".pem", ".zone", ".json", ".md"))


def all_shown(top):
    """Every test of every kind, in the order of the files."""
    found = []
    for path in files(top, ("tests/unit", "tests/scenario", "tests/differential", "tests/system", "tests/lab"), wanted):
        text = read(top, path)
        if path.endswith(".c"):
            found += c_test(path, text)
        elif path.endswith(".story"):
            found += story(path, text)
        elif path.endswith(".py") or "python" in text.split("\n", 1)[0]:
            found += python_test(path, text)
    return found
