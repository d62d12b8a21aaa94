# C10, U-6: the signaling name is an alias; nothing is read behind it, and nothing else accepts meanwhile.
policy bcp
parent
servers 2
server 1 cds=A cdnskey=A operator=alias
server 2 cds=A cdnskey=A operator=agrees
run
expect SIGNAL_ALIAS
counted 0
change none
server 1 operator=agrees
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH
ds A
