# A-44: as many vantages as there are, one is what a policy wants unless it says more.
vantages 2
policy se-nu
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
from fra 1 cds=A:4
run
expect HOLD_DELAY_STARTED
looked twice
asked 22
