# C16: two of three are wanted: one may be cut off, but none may see something else.
vantages 3
policy { preset: se-nu, vantage-required: 2, bootstrap: { delay: 1d, min-checks: 1 } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
from zrh 1 trouble=timeout
from zrh 2 trouble=timeout
run
expect HOLD_DELAY_STARTED
passes R8078-5-1
from zrh 1 trouble=none
from zrh 2 trouble=none cds=A:4
pass 24h
run
expect DELAY_CANCELLED
warned VANTAGE_DISAGREE
from zrh 2 cds=A
pass 24h
run
expect HOLD_DELAY_STARTED
from fra 2 trouble=refused
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
ds A
