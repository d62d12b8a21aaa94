# R9615-4.2-4, C8: an operator who says something else is believed as much as the apex, and no other method comes after that.
policy switch-ch-li
parent
servers 2
server 1 cds=A cdnskey=A operator=agrees
server 2 cds=A cdnskey=A operator=differs
run
expect SIGNAL_MISMATCH
looked twice
pass 7d
run
expect SIGNAL_MISMATCH
server 2 operator=agrees
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH
