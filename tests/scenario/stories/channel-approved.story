# C12, R8078-3.1-1: who is known to the registry says that it is his request; the next probe takes it.
policy registrar-strict
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
expect BOOTSTRAP_UNPROVEN
change none
operator approve
pass 1h
run
expect ACCEPT_BOOTSTRAP_CHANNEL
class initial
ds A
change released
