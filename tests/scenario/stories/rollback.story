# A-35: an operator undoes a change that the parent has published. What was undone is pinned until the child asks for something else.
parent A
servers 2
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB by=AB
server 2 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
export
ack
parent B
pass 1h
run
expect NOOP_IN_SYNC
change published
operator rollback
operator-cannot rollback
pass 1h
run operator
expect ACCEPT_ROLLBACK
class swap
ds A
passes A-35
passes L-CONT-1
change released
# The word lasts until the parent has it: each probe confirms it, whatever the child asks for.
pass 1h
run
expect NOOP_CHANGE_PENDING
change released
export
ack
pass 1h
run
expect NOOP_CHANGE_PENDING
parent A
pass 1h
run
change published
expect HOLD_ROLLED_BACK
fails A-35
eligible never
pass 24h
run
expect HOLD_ROLLED_BACK
operator-cannot cancel
# Other content ends it, and then the same request is a new one.
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
pass 24h
run
expect NOOP_IN_SYNC
tells no longer asks for its DS set
operator-cannot release
server 1 cds=B cdnskey=B by=AB
server 2 cds=B cdnskey=B by=AB
pass 24h
run
expect ACCEPT_UPDATE
ds B
