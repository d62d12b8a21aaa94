# R8078-3.4-1: a zone with more than one token is not one whose owner was asked for this one.
policy { preset: bcp, bootstrap: { methods: [challenge], confirmation: 5d } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
pass 1h
operator challenge t0ken
server 1 token=t0ken,0ther
server 2 token=t0ken,0ther
pass 1d
run
expect HOLD_CHALLENGE
change none
server 1 token=t0ken
server 2 token=t0ken
pass 1d
run
expect ACCEPT_BOOTSTRAP_CHALLENGE
