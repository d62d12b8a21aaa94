# C23: the NS set alone is published; another method goes on.
policy { preset: bcp, bootstrap: { methods: [inception, delay], delay: 72h, min-checks: 3 } }
parent
flags not-published
servers 1
server 1 cds=A cdnskey=A by=A dnskey-by=Z
run
expect CONTINUITY_NO_PATH
server 1 dnskey-by=A
flags
pass 24h
run
expect HOLD_DELAY_STARTED
