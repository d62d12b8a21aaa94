# D14: servers that never agree are asked twice more, and then it is told (R9859-4.3-3).
policy bcp
parent A
servers 2
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
server 2 cds=C cdnskey=C by=A dnskey=ACZ dnskey-by=AC
notify agent=er.ns1.example.net.
run queued
expect INCONSISTENT_KEYS
queued CDS in 60s
pass 60s
run queued
expect INCONSISTENT_KEYS
queued CDS in 300s
reports nothing
pass 300s
run queued
expect INCONSISTENT_KEYS
queued nothing
reports _er.59.example.ch.0._er.er.ns1.example.net.
change none
# Who says again that he is ready is believed again.
notify
expect NOTIFY_ACCEPTED
run queued
queued CDS in 60s
notify
expect NOTIFY_ACCEPTED
queued CDS
