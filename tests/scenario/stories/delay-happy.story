# C14, C15, C16, R8078-3.3-1: seen at every server, unchanged, for 72 hours and in three checks at least.
policy se-nu
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
expect HOLD_DELAY_STARTED
counted 0
looked twice
over 1 tcp
over 2 tcp
change none
pass 24h
run
expect HOLD_DELAY_RUNNING
counted 1
change none
pass 24h
run
# Three checks, but 48 of 72 hours.
expect HOLD_DELAY_RUNNING
counted 2
change none
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
class initial
ds A
change released
# The parent publishes it.
export
ack
parent A
pass 1h
run
expect NOOP_IN_SYNC
change published
