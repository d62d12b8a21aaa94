# U-2: a first DS set of a child that publishes CDS alone.
policy se-nu
parent
servers 1
server 1 cds=A by=A
run
expect HOLD_DELAY_STARTED
pass 24h
run
pass 24h
run
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
warned WARN_TYPE_SINGLE
ds A
