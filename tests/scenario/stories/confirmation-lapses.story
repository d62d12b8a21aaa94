# C13: nobody confirms the request in time.
policy { preset: bcp, bootstrap: { methods: [checked], settled: 1d, confirmation: 5d } }
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 2d
run
expect HOLD_CONFIRMATION
pass 2d
run
expect HOLD_CONFIRMATION
pass 4d
run
expect REJECT_CONFIRMATION
change none
# Its neighbour: another request may be confirmed.
server 1 cds=B cdnskey=B by=B dnskey=ABZ dnskey-by=AB
pass 1d
run
expect HOLD_CONFIRMATION
operator approve
pass 1h
run
expect ACCEPT_BOOTSTRAP_CHECKED
ds B
