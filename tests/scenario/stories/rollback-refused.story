# A-35, L-CONT-1, L-CONT-5: the DS set from before no longer leads to the zone of one server, so nobody goes back to it.
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
server 2 dnskey=BZ dnskey-by=B by=B
pass 1h
run
expect NOOP_IN_SYNC
operator rollback
pass 1h
run operator
expect CONTINUITY_SERVER
looked twice
fails A-35
fails L-CONT-1
tells it was refused
change published
# The word has ended with it.
operator-cannot cancel
server 2 dnskey=ABZ dnskey-by=AB by=AB
pass 1h
run
expect NOOP_IN_SYNC
change published
# He may say it again.
operator rollback
pass 1h
run operator
expect ACCEPT_ROLLBACK
ds A
