# R8078-3.4-1, A-36: a token is for one request of one delegation.
policy { preset: bcp, bootstrap: { methods: [challenge], confirmation: 5d } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
operator challenge t0ken
server 1 cds=B cdnskey=B by=B dnskey=ABZ dnskey-by=AB token=t0ken
server 2 cds=B cdnskey=B by=B dnskey=ABZ dnskey-by=AB token=t0ken
pass 1d
run
expect BOOTSTRAP_UNPROVEN
change none
operator challenge t0ken
pass 1d
run
expect ACCEPT_BOOTSTRAP_CHALLENGE
ds B
