# A-36: another registration is another domain, and what was there is forgotten; that an operator holds the child is not.
policy se-nu
parent A
registration 2019-01-01
servers 1
server 1 cds=A cdnskey=A
run
expect NOOP_IN_SYNC
parent
pass 24h
run
expect HOLD_SUSPENDED
operator hold
registration ROID-77
pass 24h
run
expect HOLD_OPERATOR
operator release
pass 24h
run
expect HOLD_DELAY_STARTED
