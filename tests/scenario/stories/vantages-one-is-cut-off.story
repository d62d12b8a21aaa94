# C19: a place that hears no server, or not all, says nothing against the request. That look is no check; the window stays.
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
from fra 1 trouble=timeout
from fra 2 trouble=unreachable
pass 24h
run
expect VANTAGE_INCOMPLETE
tells fra: NO_USABLE_SERVER; 0 of 2 addresses answered
counted 1
change none
from fra 2 trouble=none
pass 20h
run
expect VANTAGE_INCOMPLETE
tells fra: the same request, but not everywhere; 1 of 2 addresses answered
counted 1
from fra 1 trouble=none
pass 1h
run
expect HOLD_DELAY_RUNNING
counted 2
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
