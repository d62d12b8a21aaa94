# A-45: a new request reaches the servers one after the other. The newest signature is what the child says, wherever it is.
policy { preset: bcp, replay-guard: strict }
parent A
servers 2
server 1 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB signed=old
server 2 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB signed=old
run
expect NOOP_IN_SYNC
server 1 cds=B cdnskey=B signed=valid
pass 1h
run
expect NOOP_STATUS_QUO
# It was seen before it could be accepted, and is not refused for that.
server 2 cds=B cdnskey=B signed=valid
pass 1h
run
expect ACCEPT_UPDATE
# The neighbour: both at once, by signatures of one time.
server 1 cds=A,B cdnskey=A,B
pass 1h
run
expect INCONSISTENT_KEYS
server 2 cds=A,B cdnskey=A,B
pass 1h
run
expect REPLAY_NOT_NEWER
