# D1, D11, R9859-4-1, R9859-4-2, R9859-4.3-2, W-13: a child that has rolled its key says so, and is asked at once. Who says it does not
# matter, nor do AA and hints (R9859-4.2.2-1, R9859-5-3: notify-cds, notify-aa-clear, notify-with-answer).
policy bcp
parent A
servers 2
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
notify from=2001:db8::7 no-aa answer=example.ch. agent=er.ns1.example.net.
expect NOTIFY_ACCEPTED
answered NOERROR
queued CDS
noted nothing
reports nothing
run queued
expect ACCEPT_UPDATE
ds B
change released
queued nothing
reports nothing
# The neighbour: a message about nobody's child does nothing.
notify name=other.ch.
expect NOTIFY_NOT_OURS
queued nothing
