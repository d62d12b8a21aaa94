# C21, C27: the token is there from all places, but the request is not the same: the token was for somebody, the keys may be anybody's.
vantages 2
policy { preset: bcp, vantage-required: 2, bootstrap: { methods: [challenge], confirmation: 5d } }
parent
servers 2
server 1 cds=A cdnskey=A by=A token=t0ken
server 2 cds=A cdnskey=A by=A token=t0ken
run
expect BOOTSTRAP_UNPROVEN
operator challenge t0ken
from fra 1 cds=A:4
from fra 2 cds=A:4
pass 1d
run
expect VANTAGE_DISAGREE
change none
