# R9615-4.2-5: any error on the way is the end of it, to be tried again later.
policy auth-only
parent
servers 2
server 1 cds=A cdnskey=A operator=agrees signal=timeout
server 2 cds=A cdnskey=A operator=agrees
run
expect SIGNAL_UNRESOLVABLE
round at-least 10s
round at-most 60s
server 1 signal=servfail
pass 1h
run
expect SIGNAL_UNRESOLVABLE
server 1 signal=refused
pass 1h
run
expect SIGNAL_UNRESOLVABLE
server 1 signal=lame
pass 1h
run
expect SIGNAL_UNRESOLVABLE
server 1 signal=none
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH
