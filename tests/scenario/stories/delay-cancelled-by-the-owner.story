# C20: the contact does not want it.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
operator cancel
pass 24h
run
expect REJECT_CANCELLED
pass 24h
run
pass 24h
run
expect REJECT_CANCELLED
change none
