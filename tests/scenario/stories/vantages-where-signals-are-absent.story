# C5, C27: what the operators do not prove is looked at from the other place in a third look, with signals of the same round.
vantages 2
policy { preset: bcp, vantage-required: 2 }
parent
servers 2
server 1 cds=A cdnskey=A operator=silent
server 2 cds=A cdnskey=A operator=silent
from fra 2 cds=A:4
run
expect VANTAGE_DISAGREE
signaling SIGNAL_ABSENT
looked thrice
from fra 2 cds=A
pass 1d
run
expect HOLD_DELAY_STARTED
signaling SIGNAL_ABSENT
looked thrice
# The operators speak: no other place is needed any more.
server 1 operator=agrees
server 2 operator=agrees
from fra 1 cds=
pass 1d
run
expect ACCEPT_BOOTSTRAP_AUTH
looked twice
