# A-40, D8: what would have to wait for too long is not waited for; the timer comes anyway.
parent A
servers 1
service total=1/60/1 patience=30s
notify
expect NOTIFY_ACCEPTED
run queued
notify
expect NOTIFY_RATE_TOTAL
answered NOERROR 15
queued nothing
pass 40s
notify
expect NOTIFY_RATE_TOTAL
answered NOERROR 15
pass 30s
run queued
expect NOOP_NO_SIGNAL
pass 60s
notify
expect NOTIFY_ACCEPTED
answered NOERROR
