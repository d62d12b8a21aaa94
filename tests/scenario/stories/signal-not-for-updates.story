# R9615-4-1: a child with a DS set needs no signals, and nobody looks for them.
policy auth-only
parent A
servers 2
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB operator=differs
server 2 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB operator=differs
run
expect ACCEPT_UPDATE
looked once
asked 11
