# D9: a probe that is queued is enough, and the zone does not pay for what adds nothing.
parent A
servers 1
notify
expect NOTIFY_ACCEPTED
queued CDS
notify times=20
expect NOTIFY_COALESCED
answered NOERROR
run queued
expect NOOP_NO_SIGNAL
notify
expect NOTIFY_ACCEPTED
run queued
notify
expect NOTIFY_ACCEPTED
run queued
notify
expect NOTIFY_RATE_ZONE
