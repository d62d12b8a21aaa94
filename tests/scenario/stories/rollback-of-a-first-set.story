# A-35, 4.6, DSA-7.1-3: undoing a first DS set is a removal by somebody else than the child, so nothing is done by itself afterwards.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A
run
expect HOLD_DELAY_STARTED
pass 24h
run
pass 24h
run
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
export
ack
parent A
pass 24h
run
expect NOOP_IN_SYNC
operator rollback
pass 24h
# Nothing can break without a DS set, whoever is silent.
server 1 trouble=timeout
run
expect ACCEPT_ROLLBACK
class delete
ds
export
ack
parent
server 1 trouble=none
pass 24h
run
change published
expect HOLD_SUSPENDED
tells an operator undid the first DS set
tells an operator has undone this DS set
counted 0
pass 24h
run
expect HOLD_SUSPENDED
# Whoever releases the child means both.
operator release
operator-cannot release
pass 24h
run
expect HOLD_DELAY_STARTED
