# C21, R8078-3.4-1: the token is seen at every server from one place, and not yet from the other; once it is seen from all, it counts.
vantages 2
policy { preset: bcp, vantage-required: 2, bootstrap: { methods: [challenge], confirmation: 5d } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
expect BOOTSTRAP_UNPROVEN
operator challenge t0ken
server 1 token=t0ken
server 2 token=t0ken
from fra 2 token=
pass 1d
run
expect HOLD_CHALLENGE
skips R8078-3.4-1
tells no token is read: fra does not see it on every server
change none
from fra 2 token=t0ken
pass 1d
run
expect ACCEPT_BOOTSTRAP_CHALLENGE
passes R8078-3.4-1
passes R8078-5-1
ds A
change released
