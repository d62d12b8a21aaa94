# wrong answer 22: a child without DS whose servers refuse or fail has not said that it has no keys.
parent
servers 2
server 1 dnskey= by= zone-by= trouble=refused
server 2 dnskey= by= zone-by= trouble=servfail
run
expect NO_USABLE_SERVER
change none
server 2 trouble=timeout
pass 1d
run
expect NO_USABLE_SERVER
change none
# The neighbour: it says so.
server 1 trouble=none
server 2 trouble=none
pass 1d
run
expect NOOP_NO_SIGNAL
change none
