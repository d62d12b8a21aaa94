# D14: the message came before all servers had the records. They are asked again a minute later, and by then have them. Nothing is reported.
policy bcp
parent A
servers 2
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
server 2 cds=C cdnskey=C by=A dnskey=ACZ dnskey-by=AC
notify agent=er.ns1.example.net.
run queued
expect INCONSISTENT_KEYS
eligible never
reports nothing
queued CDS in 60s
server 2 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
pass 60s
run queued
expect ACCEPT_UPDATE
ds B
queued nothing
reports nothing
