# C27, R9975-3-6, vantage-disagree: another key is seen from one place; nothing is counted, and no window begins.
vantages 2
policy { preset: se-nu, vantage-required: 2 }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
from fra 1 cds=B cdnskey=B by=B dnskey=BZ dnskey-by=B
from fra 2 cds=B cdnskey=B by=B dnskey=BZ dnskey-by=B
run
expect VANTAGE_DISAGREE
fails R8078-5-1
tells fra: another request
counted 0
change none
eligible never
pass 24h
run
expect VANTAGE_DISAGREE
# It says the same there: now the delay begins.
from fra 1 cds=A cdnskey=A by=A dnskey=AZ dnskey-by=A
from fra 2 cds=A cdnskey=A by=A dnskey=AZ dnskey-by=A
pass 24h
run
expect HOLD_DELAY_STARTED
