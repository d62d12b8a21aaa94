# H1: nothing to say.
parent A
servers 2
server 1
server 2
run
expect NOOP_NO_SIGNAL
unwarned
