# A-14: a hold is no outcome where there is nothing to do.
parent A
servers 1
server 1
run
operator hold
pass 1h
run
expect NOOP_NO_SIGNAL
