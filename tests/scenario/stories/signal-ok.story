# R9615-2-1, C3: every operator confirms what the apex says; the DS set goes in at once, though another method would wait.
policy switch-ch-li
parent
servers 2
server 1 cds=A cdnskey=A operator=agrees
server 2 cds=A cdnskey=A operator=agrees
run
expect ACCEPT_BOOTSTRAP_AUTH
ds A
looked twice
over 1 tcp
change released
# The neighbour: one operator does not confirm it.
server 2 operator=differs
pass 1h
run
expect SIGNAL_MISMATCH
