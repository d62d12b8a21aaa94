# A-35: undoing a delete makes a first DS set again, and needs what one needs: every server, and all answers over TCP (T-43).
parent A
servers 2
server 1 cds=delete cdnskey=delete
server 2 cds=delete cdnskey=delete
run
expect ACCEPT_DELETE
export
ack
parent
pass 24h
run
expect NOOP_DELETE_INSECURE
change published
operator rollback
server 2 trouble=timeout
pass 24h
run
expect HOLD_UNREACHABLE
change published
server 2 trouble=none
pass 24h
run
expect ACCEPT_ROLLBACK
class initial
ds A
looked twice
over 1 tcp
over 2 tcp
passes T-43
export
ack
parent A
pass 24h
run
expect HOLD_ROLLED_BACK
ds A
server 1 cds=A cdnskey=A
server 2 cds=A cdnskey=A
pass 24h
run
expect NOOP_IN_SYNC
server 1 cds=delete cdnskey=delete
server 2 cds=delete cdnskey=delete
pass 24h
run
expect ACCEPT_DELETE
