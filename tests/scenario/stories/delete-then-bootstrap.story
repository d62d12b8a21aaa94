# 4.6, DSA-7.1-3, B1: a removal that the child asked for suspends nothing.
policy se-nu
parent A
servers 1
server 1 cds=delete cdnskey=delete
run
expect ACCEPT_DELETE
export
ack
parent
pass 24h
run
expect NOOP_DELETE_INSECURE
change published
server 1 cds=A cdnskey=A
pass 24h
run
expect HOLD_DELAY_STARTED
pass 24h
run
pass 24h
run
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
ds A
