# A18, R7344-6.2-2, T-23: what was signed before the request accepted last is not acted on.
parent A
servers 1
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
export
ack
parent B
pass 1h
run
expect NOOP_IN_SYNC
change published
# Somebody plays back what the child once published, signed a week before.
server 1 cds=A cdnskey=A signed=old
pass 1h
run
expect REPLAY_OLDER
# The neighbour: the child itself goes back, and signs it now.
server 1 signed=valid
pass 1h
run
expect ACCEPT_UPDATE
ds A
