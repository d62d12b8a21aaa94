"""The parts of the benchmark driver: see ../bench for its use."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os

# An ordinary user's PATH lacks the directories where Debian keeps the name servers.
os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin"
