# C12: a policy without that method does not know approvals.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
operator approve
pass 24h
run
expect HOLD_DELAY_RUNNING
change none
