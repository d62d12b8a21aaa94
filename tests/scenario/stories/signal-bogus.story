# C7: signatures at a signaling name that do not validate; no other method comes after that.
policy switch-ch-li
parent
servers 2
server 1 cds=A cdnskey=A operator=expired
server 2 cds=A cdnskey=A operator=agrees
run
expect SIGNAL_BOGUS
pass 7d
run
expect SIGNAL_BOGUS
server 1 operator=agrees
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH
