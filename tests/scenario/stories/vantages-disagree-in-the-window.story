# C27, C18: a place that sees nothing of the request in the middle of the delay ends it, as a server that disagrees does: whoever
# stands on the way to the other place has to stand there for all of the window.
vantages 2
policy { preset: se-nu, vantage-required: 2 }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
pass 24h
run
expect HOLD_DELAY_RUNNING
counted 1
from fra 1 cds= cdnskey=
from fra 2 cds= cdnskey=
pass 24h
run
expect DELAY_CANCELLED
warned VANTAGE_DISAGREE
tells fra: NOOP_NO_SIGNAL
change none
from fra 1 cds=A cdnskey=A
from fra 2 cds=A cdnskey=A
pass 24h
run
expect HOLD_DELAY_STARTED
counted 0
pass 72h
run
# It took a gap of more than two days.
expect HOLD_DELAY_RESET
