# C9, A-20: another method of the policy may take over: a delay.
policy { preset: bcp, bootstrap: { methods: [rfc9615, delay], delay: 72h, min-checks: 3 } }
parent
servers 2
server 1 cds=A cdnskey=A operator=too-long
server 2 cds=A cdnskey=A operator=too-long
run
signaling SIGNAL_NAME_TOO_LONG
expect HOLD_DELAY_STARTED
pass 24h
run
expect HOLD_DELAY_RUNNING
pass 24h
run
expect HOLD_DELAY_RUNNING
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
ds A
