# wrong answer 12: one server is silent. The walk ends, soon, and the child without DS stays without.
parent
servers 2
server 1 cds=A cdnskey=A
server 2 trouble=timeout
run
expect HOLD_UNREACHABLE
ds
change none
round at-most 2m
pass 4d
run
expect HOLD_UNREACHABLE
ds
change none
round at-most 2m
# Both are silent.
server 1 trouble=timeout
pass 4d
run
expect NO_USABLE_SERVER
change none
round at-most 2m
