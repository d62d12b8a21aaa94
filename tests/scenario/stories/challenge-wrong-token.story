# R8078-3.4-1: another token than the one that was handed out last.
policy { preset: bcp, bootstrap: { methods: [challenge], confirmation: 5d } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
server 1 token=guess
server 2 token=guess
run
expect BOOTSTRAP_UNPROVEN
operator challenge t0ken
pass 1h
run
expect HOLD_CHALLENGE
change none
# A token that took its place ends the first one.
operator challenge an0ther
server 1 token=t0ken
server 2 token=t0ken
pass 1h
run
expect HOLD_CHALLENGE
change none
server 1 token=an0ther
server 2 token=an0ther
pass 1h
run
expect ACCEPT_BOOTSTRAP_CHALLENGE
