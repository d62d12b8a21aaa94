# C22, R8078-3.5-1: a new delegation under a policy without that method waits like any other.
policy se-nu
parent
flags not-published
servers 1
server 1 cds=A cdnskey=A by=A
run
expect HOLD_DELAY_STARTED
