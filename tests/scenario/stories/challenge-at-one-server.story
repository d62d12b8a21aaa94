# R8078-3.4-1: on all of the child's name servers, or it is not met.
policy { preset: bcp, bootstrap: { methods: [challenge], confirmation: 5d } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
pass 1h
operator challenge t0ken
server 1 token=t0ken
pass 1d
run
expect HOLD_CHALLENGE
change none
# Its neighbour: the other one has it, too.
server 2 token=t0ken
pass 1d
run
expect ACCEPT_BOOTSTRAP_CHALLENGE
