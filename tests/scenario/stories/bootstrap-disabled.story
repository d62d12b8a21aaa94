# C24, R7344-9-2: a parent that takes no first DS set from the child.
policy ripe-ncc
parent
servers 1
server 1 cds=A
run
expect BOOTSTRAP_DISABLED
pass 24h
run
expect BOOTSTRAP_DISABLED
change none
eligible never
