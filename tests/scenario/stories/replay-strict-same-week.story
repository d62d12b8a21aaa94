# A-45: PowerDNS gives all signatures of a week one inception. What differs from what was seen last waits for the next week.
policy { preset: bcp, replay-guard: strict }
parent A
servers 2
server 1 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
server 2 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
run
expect NOOP_IN_SYNC
server 1 cds=B cdnskey=B
server 2 cds=B cdnskey=B
pass 1d
run
expect REPLAY_NOT_NEWER
fails A-45
tells CDS is not what was seen last, and its newest signature begins at the same time
passes R7344-6.2-2
eligible never
change none
# That it was there yesterday makes it no newer.
pass 1d
run
expect REPLAY_NOT_NEWER
change none
# The next week; one server has the new signatures already.
server 1 signed=later
pass 5d
run
expect ACCEPT_UPDATE
passes A-45
ds B
# While it is on its way it is what was seen last.
pass 1h
run
expect NOOP_CHANGE_PENDING
change released
