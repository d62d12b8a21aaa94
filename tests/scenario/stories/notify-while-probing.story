# D9: a probe that is under way may have asked before the child was ready: one more is queued behind it.
parent A
servers 1
notify probing
expect NOTIFY_ACCEPTED
answered NOERROR
queued CDS
notify probing
expect NOTIFY_COALESCED
