# C13, R8078-3.2-1: extra checks, then a confirmation.
policy { preset: bcp, bootstrap: { methods: [checked], settled: 10d, confirmation: 14d } }
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
change none
pass 10d
run
expect HOLD_CONFIRMATION
operator approve
pass 1h
run
expect ACCEPT_BOOTSTRAP_CHECKED
ds A
