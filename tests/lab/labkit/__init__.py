"""The parts of the lab: see ../README for what it is and how it is used."""
# SPDX-License-Identifier: GPL-3.0-or-later
