# DSA-7.2.2-2: old CDS is still there after a change by hand; a key of the new DS set did not sign it.
parent A
servers 1
server 1 cds=A cdnskey=A dnskey=ABZ dnskey-by=AB by=A
run
expect NOOP_IN_SYNC
parent B
pass 24h
run
expect SIGNER_NOT_IN_DS
change none
