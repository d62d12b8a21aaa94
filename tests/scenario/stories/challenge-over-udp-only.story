# R8078-3.4-1, T-43: who can forge datagrams shows the token over UDP; over TCP it is not there.
policy { preset: bcp, bootstrap: { methods: [challenge], confirmation: 5d } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
pass 1h
operator challenge t0ken
server 1 token=t0ken
server 2 token=t0ken
tcp 2 token=
pass 1d
run
expect HOLD_CHALLENGE
change none
# Nor does a server that says nothing about it over TCP.
tcp 2 token=lost
pass 1d
run
expect HOLD_CHALLENGE
change none
tcp 2 token=t0ken
pass 1d
run
expect ACCEPT_BOOTSTRAP_CHALLENGE
