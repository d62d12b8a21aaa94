# C7: the operator's zone is not signed. Nothing there proves anything, and it is as good as silence.
policy auth-only
parent
servers 2
server 1 cds=A cdnskey=A operator=insecure
server 2 cds=A cdnskey=A operator=agrees
run
expect SIGNAL_INSECURE
looked twice
server 1 operator=agrees
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH
