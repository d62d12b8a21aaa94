# C26, DSA-7.1-5: who could not take DNSSEC off again is not put into it.
policy se-nu
parent
flags registrar-no-disable
servers 1
server 1 cds=A cdnskey=A by=A
run
expect REJECT_REGISTRAR_NO_DNSSEC
change none
eligible never
# Another registrar can.
flags
registrar another
pass 24h
run
counted 0
