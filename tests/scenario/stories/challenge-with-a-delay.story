# RFC 8078 section 3, A-20: who has a token need not wait; who has none still may.
policy { preset: bcp, bootstrap: { methods: [challenge, delay], delay: 3d, min-checks: 3 } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
expect HOLD_DELAY_STARTED
operator challenge t0ken
pass 1d
run
expect HOLD_CHALLENGE
server 1 token=t0ken
server 2 token=t0ken
pass 1d
run
expect ACCEPT_BOOTSTRAP_CHALLENGE
