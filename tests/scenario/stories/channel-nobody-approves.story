# C12: without that word nothing happens, however long the request stays.
policy registrar-strict
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
expect BOOTSTRAP_UNPROVEN
signaling SIGNAL_ABSENT
eligible never
pass 7d
run
expect BOOTSTRAP_UNPROVEN
pass 7d
run
expect BOOTSTRAP_UNPROVEN
change none
