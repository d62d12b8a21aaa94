# D8, A-40, R9859-5-2: three at once, one a minute. One more is not lost: the child is asked when its next token is there, so
# that who sends in somebody else's name does not take away what he says himself.
parent A
servers 1
notify from=192.0.2.10
expect NOTIFY_ACCEPTED
run queued
notify from=192.0.2.11
expect NOTIFY_ACCEPTED
run queued
notify from=192.0.2.12
expect NOTIFY_ACCEPTED
run queued
expect NOOP_NO_SIGNAL
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
pass 10s
notify from=192.0.2.13 agent=ns1.example.net.
expect NOTIFY_RATE_ZONE
answered NOERROR 15
# It is there, but later. Nothing more is queued.
notify from=192.0.2.14
expect NOTIFY_COALESCED
answered NOERROR
pass 50s
run queued
expect ACCEPT_UPDATE
ds B
pass 10m
notify from=192.0.2.10
expect NOTIFY_ACCEPTED
queued CDS
