# A-31: a first DS set is on its way; the same request again changes nothing.
policy registrar-strict
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
operator approve
pass 1h
run
expect ACCEPT_BOOTSTRAP_CHANNEL
export
pass 1h
run
expect NOOP_CHANGE_PENDING
