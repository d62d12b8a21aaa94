"""Ask the resolver for children once a second and count what it says of them."""
# SPDX-License-Identifier: GPL-3.0-or-later
import concurrent.futures
import json
import signal
import time

from .query import CD, RD, SERVFAIL, ask
from .topology import RESOLVER

PATIENCE = 5.0
VERDICTS = ("secure", "insecure", "bogus", "servfail", "timeout")


def verdict(child, rtype):
    """secure, insecure, bogus (there is an answer without validation), servfail or timeout."""
    answer = ask(RESOLVER, child, rtype, RD, PATIENCE)
    if answer is None:
        return "timeout"
    if answer.rcode != SERVFAIL:
        return "secure" if answer.ad else "insecure"
    unchecked = ask(RESOLVER, child, rtype, RD | CD, PATIENCE)
    return "servfail" if unchecked is None or unchecked.rcode == SERVFAIL else "bogus"


def watch(seconds, children):
    """Print a summary as JSON: counts, and when each verdict other than secure was seen first.
    True if every answer was secure. SIGTERM ends the watch early, with its summary."""
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    table = {c: dict.fromkeys(VERDICTS, 0) for c in children}
    first = {c: {} for c in children}
    began = time.monotonic()
    turn = 0
    with concurrent.futures.ThreadPoolExecutor(len(children)) as pool:
        while time.monotonic() - began < seconds and not stopped:
            for child, got in zip(children, pool.map(lambda c: verdict(c, "SOA"), children)):
                table[child][got] += 1
                if got != "secure":
                    first[child].setdefault(got, round(time.monotonic() - began, 1))
            turn += 1
            time.sleep(max(0.0, began + turn - time.monotonic()))
    clean = all(counts[v] == 0 for counts in table.values() for v in VERDICTS if v != "secure")
    print(json.dumps({"seconds": round(time.monotonic() - began, 1), "clean": clean,
                      "children": {c: dict(table[c], first=first[c]) for c in children}}, indent=1))
    return clean
