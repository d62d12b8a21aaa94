# D10: nothing is done by itself after a removal by somebody else; and the end of it, which no probe has seen yet.
policy bcp
parent A
servers 1
server 1 cds=A cdnskey=A
run
expect NOOP_IN_SYNC
parent
pass 1h
run
expect HOLD_SUSPENDED
notify agent=er.ns1.example.net.
expect NOTIFY_IGNORED_SUSPENDED
because HOLD_SUSPENDED
answered NOERROR
queued nothing
reports _er.59.example.ch.18._er.er.ns1.example.net.
parent B
notify agent=er.ns1.example.net.
expect NOTIFY_ACCEPTED
because nothing
queued CDS
reports nothing
