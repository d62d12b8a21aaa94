# A-35, A-31: the change is with the registry, which has not shown it yet. What undoes it supersedes it.
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
operator-cannot rollback
export
operator rollback
pass 1h
run
expect ACCEPT_ROLLBACK
class update
ds A
change released
export
ack
parent A
# The next generation shows it.
parent-ttl 7200
pass 1h
load
change published
pass 1h
run
expect HOLD_ROLLED_BACK
