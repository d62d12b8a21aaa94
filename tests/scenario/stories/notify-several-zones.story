# D4, R9859-4.3-1: one message, one child (notify-multi).
parent A
servers 1
notify questions=2
expect NOTIFY_MULTI_ZONE
answered FORMERR
notify questions=0
expect NOTIFY_MULTI_ZONE
answered FORMERR
notify answer=other.ch.
expect NOTIFY_MULTI_ZONE
answered nothing
notify authority=other.ch.
expect NOTIFY_MULTI_ZONE
answered nothing
queued nothing
# The neighbour: hints about the child itself are not looked at.
notify answer=example.ch. authority=a.example.ch.
expect NOTIFY_ACCEPTED
answered NOERROR
queued CDS
