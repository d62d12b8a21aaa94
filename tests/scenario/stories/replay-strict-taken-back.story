# A-45: a request that was accepted, waited, and was taken back by signatures of the same time.
policy { preset: bcp, replay-guard: strict }
parent A
servers 1
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
change released
operator hold
pass 1h
run
expect HOLD_OPERATOR
operator release
pass 1h
run
expect NOOP_CHANGE_PENDING
server 1 cds= cdnskey=
pass 1h
run
expect NOOP_NO_SIGNAL
change withdrawn
# Somebody who stands before all servers plays it back.
server 1 cds=B cdnskey=B
pass 1h
run
expect REPLAY_NOT_NEWER
change withdrawn
# Again, once the child has said by newer signatures that it asks for nothing.
server 1 cds= cdnskey= denied=later
pass 7d
run
expect NOOP_NO_SIGNAL
server 1 cds=B cdnskey=B signed=valid
pass 1h
run
expect REPLAY_NOT_NEWER
# The neighbour: nothing else was seen since.
parent B
server 1 cds=C cdnskey=C by=B dnskey=BCZ dnskey-by=BC signed=later
pass 1d
run
expect REPLAY_NOT_NEWER
