# A-10: the parent makes the DS set of the keys.
policy cz-fred
parent
servers 1
server 1 cdnskey=A by=A
run
pass 46h
run
pass 46h
run
pass 46h
run
pass 46h
run
expect ACCEPT_BOOTSTRAP_DELAY
ds A
