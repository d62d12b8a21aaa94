# C12, 4.3: approved or not, every server has to answer.
policy registrar-strict
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
operator approve
server 2 trouble=timeout
pass 1h
run
expect HOLD_UNREACHABLE
change none
server 2 trouble=none
pass 1h
run
expect ACCEPT_BOOTSTRAP_CHANNEL
