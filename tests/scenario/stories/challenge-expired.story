# R8078-3.4-1, C21: nobody shows the token in time; shown after that it is worth nothing, and takes another one.
policy { preset: bcp, bootstrap: { methods: [challenge], confirmation: 5d } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
pass 1h
operator challenge t0ken
pass 1d
run
expect HOLD_CHALLENGE
pass 5d
run
expect REJECT_CHALLENGE_EXPIRED
change none
server 1 token=t0ken
server 2 token=t0ken
pass 1d
run
expect REJECT_CHALLENGE_EXPIRED
change none
operator challenge an0ther
pass 1d
run
expect HOLD_CHALLENGE
change none
server 1 token=an0ther
server 2 token=an0ther
pass 1d
run
expect ACCEPT_BOOTSTRAP_CHALLENGE
