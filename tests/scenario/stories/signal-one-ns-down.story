# R9615-4.2-2, C11: a server of the child that does not answer. An update may go on without it in time, a first DS set may not.
policy auth-only
parent
servers 2
server 1 cds=A cdnskey=A operator=agrees
server 2 cds=A cdnskey=A operator=agrees trouble=timeout
run
expect HOLD_UNREACHABLE
pass 7d
run
ds
server 2 trouble=none
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH
