# A-45: what was asked for before a removal does not bring the DS set back, whatever the operator approves.
policy registrar-strict
parent A
servers 1
server 1 cds=delete cdnskey=delete by=A
run
expect ACCEPT_DELETE
export
ack
parent
server 1 cds=A cdnskey=A by=A
pass 1h
run
expect REPLAY_NOT_NEWER
operator approve
pass 1h
run
expect REPLAY_NOT_NEWER
change published
# The neighbour: the child asks, and signs it now.
server 1 signed=later
pass 6d
run
expect ACCEPT_BOOTSTRAP_CHANNEL
ds A
