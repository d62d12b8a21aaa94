# C12 beside C15: whoever approves need not wait, where the policy says so.
policy { preset: bcp, bootstrap: { methods: [channel, delay], delay: 72h, min-checks: 3 } }
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
expect HOLD_DELAY_STARTED
operator approve
pass 1h
run
expect ACCEPT_BOOTSTRAP_CHANNEL
