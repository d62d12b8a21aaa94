# R8078-3.4-1, C21, T-43: a token is handed out and shows at every server; asked for over TCP, in the second look.
policy { preset: bcp, bootstrap: { methods: [challenge], confirmation: 5d } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
looked twice
expect BOOTSTRAP_UNPROVEN
change none
operator challenge t0ken
pass 1d
run
expect HOLD_CHALLENGE
skips R8078-3.4-1
tells 192.0.2.1 has no token
change none
server 1 token=t0ken
server 2 token=t0ken
pass 1d
run
looked twice
expect ACCEPT_BOOTSTRAP_CHALLENGE
passes R8078-3.4-1
class initial
ds A
change released
