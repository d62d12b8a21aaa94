# D1, R9859-4-2: for a first DS set, too; the message itself proves nothing, and does not count (A-21).
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
notify
expect NOTIFY_ACCEPTED
queued CDS
run queued
expect HOLD_DELAY_STARTED
counted 0
change none
