# A-35: a word that nothing came of is not carried out when nobody thinks of it any more.
policy { preset: bcp, locks: { registry: yes } }
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
export
ack
parent B
flags registry-lock
pass 1h
run
operator rollback
pass 24h
run
expect LOCKED
pass 7d
run
expect NOOP_IN_SYNC
tells nothing came of it for seven days
flags
pass 24h
run
expect NOOP_IN_SYNC
