# A-14, A-35: who has opted out is not asked, and nothing is undone without a look.
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
export
ack
parent B
pass 1h
run
operator rollback-forced
flags opted-out
pass 1h
run
expect REJECT_OPTED_OUT
asked 0
change published
