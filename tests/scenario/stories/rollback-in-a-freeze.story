# A-35, A-30, A-34: what undoes a change is held by a freeze like every other, and goes out when a probe after it confirms it.
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
operator rollback
policy { preset: bcp, freezes: [mon 00:00-sun 23:59] }
pass 1h
run
expect ACCEPT_ROLLBACK
change held
pass 24h
run
expect NOOP_CHANGE_PENDING
change held
policy bcp
pass 1h
run
expect NOOP_CHANGE_PENDING
change released
# A child that the set would break by now is not gone back to any more.
server 1 dnskey=BZ dnskey-by=B by=B
pass 1h
run
expect CONTINUITY_NO_PATH
change withdrawn
