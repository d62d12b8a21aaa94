# C16, R8078-5-1: the vantage quorum of a delay: every check is seen from two places, and one more probe is what it costs.
vantages 2
policy { preset: se-nu, vantage-required: 2 }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
expect HOLD_DELAY_STARTED
passes R8078-5-1
tells fra: the same request; 2 of 2 addresses answered
# One look over UDP: 5 for each of 2 addresses, and NS; one over TCP from 2 places.
looked twice
asked 32
pass 24h
run
expect HOLD_DELAY_RUNNING
counted 1
pass 24h
run
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
class initial
ds A
change released
