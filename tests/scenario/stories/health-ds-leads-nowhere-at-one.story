# H2, DSA-4.2.1-2: the DS set no longer leads to the zone at one server; reported, and left as it is.
parent A
servers 2
server 1
server 2 dnskey=BZ dnskey-by=B
run
warned DRIFT_DS_UNUSABLE
ds A
change none
