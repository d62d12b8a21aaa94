"""Where a C file refuses, found in clang's syntax tree, and the same file with a mutant at each place."""
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import re
import subprocess

# What accepts in place of an enumerator that refuses: the first pattern that matches counts.
ACCEPTING = [(re.compile(pattern), accepting) for pattern, accepting in (
    (r"ERR_OK", None), (r"ERR_", "0"),
    (r"REASON_(NONE|ACCEPT_\w+|WARN_\w+)", None), (r"REASON_", "REASON_NONE"),
    (r"SIG_VALID", None), (r"SIG_", "SIG_VALID"),
    (r"DENIAL_PROVEN", None), (r"DENIAL_", "DENIAL_PROVEN"),
    (r"SIGNAL_(MALFORMED|TOO_MANY)", "SIGNAL_UPDATE"),
    (r"RESPONSE_(TIMEOUT|NXD|CNAME|LAME|FAIL|BOGUS|SKIPPED)", "RESPONSE_POS"),
    (r"CHECK_FAIL", "CHECK_PASS"),
    (r"JOURNAL_(WITHDRAW|BLOCK)", "JOURNAL_NONE"),
    (r"SECURITY_(UNKNOWN|INSECURE|UNUSABLE)", "SECURITY_SECURE"),
    (r"LEVEL_MUST_NOT", "LEVEL_MUST"),
    (r"NOTIFY_(CODE|SCAN|TSIG|RATE_TOKENS|RATE_PER_S|RATE_BURST|RETRIES)", None), (r"NOTIFY_ACCEPTED", None), (r"NOTIFY_", "NOTIFY_ACCEPTED"),
    (r"RCODE_(FORMERR|NOTIMP|NOTAUTH|BADVERS)", "RCODE_NOERROR"),
)]
# Functions without result that refuse by being called.
REFUSERS = ("view_blame", "refuse", "form_fail", "note")
# Functions whose 0 refuses and whose 1 accepts.
VERDICTS = ("pubkey_verify", "verify_hashed", "verify_whole")
# They order, they do not refuse.
ORDERS = re.compile(r"(^|_)(compare|compare_pointers|rank)$")
# Macros that mean "no such thing".
NO_SUCH = {"KEYTABLE_MAX": "0"}


class Point:
    """One mutant: what is put around the text from begin to end."""

    def __init__(self, function, operator, begin, end, before, after, what):
        self.function, self.operator, self.begin, self.end = function, operator, begin, end
        self.before, self.after, self.what = before, after, what


def children(node):
    return [c for c in node.get("inner", []) if c and "kind" in c]


def stripped(node):
    while node["kind"] in ("ImplicitCastExpr", "ParenExpr", "ConstantExpr", "CStyleCastExpr", "ExprWithCleanups"):
        node = children(node)[0]
    return node


def is_logical(node, operator):
    return node["kind"] == "BinaryOperator" and node.get("opcode") == operator


class Finder:
    """All points of one file. Macros with arguments are not looked into."""

    def __init__(self, path, text, flags):
        self.path, self.text, self.points = path, text, []
        dump = subprocess.run(["clang", "-fsyntax-only", "-w", "-Xclang", "-ast-dump=json"] + flags + [path],
                              check=True, stdout=subprocess.PIPE).stdout
        for node in children(json.loads(dump)):
            place = node.get("loc", {})
            place = place.get("expansionLoc", place)
            bodies = [c for c in children(node) if c["kind"] == "CompoundStmt"]
            if node["kind"] == "FunctionDecl" and bodies and "includedFrom" not in place and "offset" in place:
                self.function = node["name"]
                self.returns = node["type"]["qualType"].split("(")[0].strip()
                self.statement(bodies[0])

    # --- text ---

    def span(self, node):
        """Octets of a node, as (begin, end); of a macro with arguments, all of it."""
        begin, last = node["range"]["begin"], node["range"]["end"]
        is_macro = "expansionLoc" in last
        begin, last = begin.get("expansionLoc", begin), last.get("expansionLoc", last)
        if "offset" not in begin or "includedFrom" in begin or "includedFrom" in last:
            return None
        end = last["offset"] + last["tokLen"]
        if is_macro and self.text[end:end + 1] == b"(":
            depth = 0
            for end in range(end, len(self.text)):
                depth += {b"(": 1, b")": -1}.get(self.text[end:end + 1], 0)
                if depth == 0:
                    break
            end += 1
        return begin["offset"], end

    def words(self, node):
        place = self.span(node)
        return self.text[place[0]:place[1]].decode() if place else ""

    def inside_macro(self, node):
        """Is the node an argument or a part of a macro, where nothing can be put around it alone?"""
        begin = node["range"]["begin"]
        if "expansionLoc" not in begin:
            return False
        place = self.span(node)
        spelling, expansion = begin["spellingLoc"], begin["expansionLoc"]
        return place is None or (self.text[place[1] - 1:place[1]] == b")" and
                                 spelling.get("offset") != expansion.get("offset"))

    def add(self, operator, node, before, after, what):
        place = self.span(node)
        if place and not (self.inside_macro(node) and node["kind"] != "CallExpr"):
            self.points.append(Point(self.function, operator, place[0], place[1], before, after, what))

    # --- statements ---

    def statement(self, node):
        kind = node["kind"]
        if kind == "ReturnStmt":
            if children(node):
                self.returned(children(node)[0])
        elif kind == "IfStmt":
            parts = children(node)
            self.condition(parts[0], True)
            for part in parts[1:]:
                self.statement(part)
        elif kind == "DeclStmt":
            for variable in children(node):
                if variable["kind"] == "VarDecl" and variable.get("storageClass") != "static" and children(variable):
                    self.value(children(variable)[-1], "set")
        elif kind in ("CompoundStmt", "ForStmt", "WhileStmt", "DoStmt", "SwitchStmt", "CaseStmt", "DefaultStmt"):
            for part in children(node):
                self.statement(part)
        elif kind == "CallExpr" and self.callee(node) in REFUSERS and node["type"]["qualType"] == "void":
            self.add("call", node, "if (!mutant(%d)) ", "", "not called")
            self.arguments(node)
        else:
            self.expression(node)

    def returned(self, node):
        words, inner = self.words(node), stripped(node)
        if words == "NULL":
            self.add("return", node, "(mutant(%d) ? (void *)mutant_nothing : ", ")", "zeros")
        elif words in NO_SUCH:
            self.add("return", node, "(mutant(%%d) ? %s : " % NO_SUCH[words], ")", NO_SUCH[words])
        elif self.returns in ("_Bool", "bool") and words not in ("true", "false"):
            self.add("return", node, "mutant_true(%d, ", ")", "true")
            self.add("return", node, "mutant_false(%d, ", ")", "false")
            self.operands(inner)
        elif ORDERS.search(self.function):
            self.expression(node)
        elif self.returns == "int":
            if self.function in VERDICTS:
                if words != "1":
                    self.add("return", node, "mutant_verdict(%d, ", ")", "1")
            elif inner["kind"] in ("CallExpr", "DeclRefExpr", "MemberExpr") and not self.enumerator(inner):
                self.add("return", node, "mutant_status(%d, ", ")", "negative to 0")
                self.expression(node)
            else:
                self.value(node, "return")
        elif self.returns == "size_t" and words == "0":
            self.add("return", node, "(mutant(%d) ? 1 : ", ")", "1")
        else:
            self.value(node, "return")

    # --- expressions ---

    def callee(self, node):
        reference = stripped(children(node)[0])
        return reference.get("referencedDecl", {}).get("name")

    def enumerator(self, node):
        declaration = node.get("referencedDecl", {})
        return declaration["name"] if declaration.get("kind") == "EnumConstantDecl" else None

    def arguments(self, node):
        for argument in children(node)[1:]:
            self.value(argument, "argument")

    def expression(self, node):
        """Points in an expression whose own value is nobody's refusal."""
        if self.inside_macro(node):
            return
        if node["kind"] == "CallExpr":
            self.arguments(node)
        elif node["kind"] == "BinaryOperator" and node.get("opcode") == "=":
            self.value(children(node)[1], "set")
        else:
            for part in children(node):
                self.expression(part)

    def value(self, node, role):
        """Points in an expression that is returned, assigned, handed over or chosen."""
        inner, words = stripped(node), self.words(node)
        if inner["kind"] == "ConditionalOperator":
            self.choice(inner, role)
        elif inner["kind"] in ("InitListExpr", "CompoundLiteralExpr"):
            for part in children(inner):
                if part["kind"] != "ImplicitValueInitExpr":
                    self.value(part, role)
        elif self.enumerator(inner):
            self.swap(node, self.enumerator(inner), role)
        elif role in ("return", "set") and words in ("true", "false"):
            self.add(role, node, "mutant_%s(%%d, " % {"true": "false", "false": "true"}[words], ")", "the opposite")
        elif role == "return" and re.fullmatch(r"-\d+", words):
            self.add(role, node, "(mutant(%d) ? 0 : ", ")", "0")
        elif role in ("return", "set") and inner["kind"] == "BinaryOperator" and inner.get("opcode") in ("&&", "||"):
            self.operands(inner)
        elif role == "return" and inner["kind"] == "CallExpr" and self.returns == "int":
            self.add(role, node, "mutant_status(%d, ", ")", "negative to 0")
            self.expression(node)
        elif role in ("return", "set") and node.get("type", {}).get("qualType") == "enum reason":
            self.add(role, node, "mutant_none(%d, ", ")", "REASON_NONE")
            self.expression(node)
        else:
            self.expression(node)

    def swap(self, node, name, role):
        for pattern, accepting in ACCEPTING:
            if pattern.match(name):
                if accepting:
                    self.add(role, node, "(mutant(%%d) ? %s : " % accepting, ")", accepting)
                return

    def choice(self, node, role):
        """condition ? refusing : accepting: each branch, and the condition where a branch is a plain nothing."""
        condition, first, second = children(node)
        if role == "return" and self.words(first) in ("0", "NULL"):
            self.add("return", condition, "mutant_false(%d, ", ")", "never " + self.words(first))
        elif role == "return" and self.words(second) in ("0", "NULL"):
            self.add("return", condition, "mutant_true(%d, ", ")", "never " + self.words(second))
        self.value(first, role)
        self.value(second, role)

    def operands(self, node):
        """Each operand of && taken as true, each of || as false."""
        for part in children(node) if is_logical(node, "&&") or is_logical(node, "||") else []:
            inner = stripped(part)
            if is_logical(inner, node["opcode"]):
                self.operands(inner)
            else:
                sense = "true" if node["opcode"] == "&&" else "false"
                self.add("operand", part, "mutant_%s(%%d, " % sense, ")", sense)
                self.operands(inner)

    def condition(self, node, outermost):
        """What an if asks: each alternative of || taken as false, so that its branch is not entered for it; the
        other way round for &&."""
        inner = stripped(node)
        if is_logical(inner, "||") or is_logical(inner, "&&"):
            sense = "true" if inner["opcode"] == "&&" else "false"
            for part in children(inner):
                if not is_logical(stripped(part), inner["opcode"]):
                    self.add("condition", part, "mutant_%s(%%d, " % sense, ")", sense)
                self.condition(part, False)
        elif outermost:
            self.add("condition", node, "mutant_false(%d, ", ")", "false")
            self.add("condition", node, "mutant_true(%d, ", ")", "true")


def instrumented(text, points, first):
    """The text with every point in it; numbers count up from first."""
    edits = []
    for number, point in enumerate(points, first):
        before = (point.before % number if "%d" in point.before else point.before).encode()
        # Outer texts open first and close last; of two around the same octets the later is the inner one.
        edits.append((point.begin, 1, -point.end, number, before))
        edits.append((point.end, 0, -point.begin, -number, point.after.encode()))
    pieces, at = [], 0
    for place, _, _, _, piece in sorted(edits):
        pieces += [text[at:place], piece]
        at = place
    return b'#include "tests/mutation/mutant.h"\n' + b"".join(pieces + [text[at:]])
