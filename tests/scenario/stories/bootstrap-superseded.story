# A-31, C12: before the first DS set has left the child asks for another one; nobody has approved that.
policy { preset: registrar-strict, replay-guard: older }
parent
servers 1
server 1 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
run
operator approve
pass 1h
run
expect ACCEPT_BOOTSTRAP_CHANNEL
server 1 cds=B cdnskey=B by=B
pass 1h
run
expect BOOTSTRAP_UNPROVEN
change withdrawn
# Back to the first one: that has to be approved anew (C17).
server 1 cds=A cdnskey=A by=A
pass 1h
run
expect BOOTSTRAP_UNPROVEN
