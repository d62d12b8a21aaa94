# RFC 9615 section 2: signals are preferred; one look is for both, and no token stands against a signal that contradicts.
policy { preset: bcp, bootstrap: { methods: [rfc9615, challenge] } }
parent
servers 2
server 1 cds=A cdnskey=A by=A operator=silent
server 2 cds=A cdnskey=A by=A operator=silent
run
looked twice
expect BOOTSTRAP_UNPROVEN
signaling SIGNAL_ABSENT
operator challenge t0ken
server 1 token=t0ken operator=differs
server 2 token=t0ken operator=differs
pass 1h
run
expect SIGNAL_MISMATCH
change none
server 1 operator=silent
server 2 operator=silent
pass 1h
run
looked twice
expect ACCEPT_BOOTSTRAP_CHALLENGE
