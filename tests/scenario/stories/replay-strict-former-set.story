# A-45, A-05: a set that was there before, by a key that had no DS then and so has no mark.
policy { preset: bcp, replay-guard: strict }
parent A
servers 1
server 1 cds=A cdnskey=A by=AB dnskey=ABZ dnskey-by=AB signed=old
run
expect NOOP_IN_SYNC
server 1 cds=B cdnskey=B by=A signed=valid
pass 1h
run
expect ACCEPT_UPDATE
export
ack
parent B
pass 1h
run
expect NOOP_IN_SYNC
server 1 cds=A cdnskey=A by=B signed=old
pass 1h
run
expect REPLAY_NOT_NEWER
passes R7344-6.2-2
# Older than the mark of its own key it is called that.
server 1 cds=B cdnskey=B by=B signed=valid
pass 1h
run
expect NOOP_IN_SYNC
server 1 cds=A cdnskey=A by=B signed=old
pass 1h
run
expect REPLAY_OLDER
# The neighbour: the child itself goes back, and signs it now.
server 1 signed=later
pass 7d
run
expect ACCEPT_UPDATE
ds A
