# B11: a zone that is no longer signed asks in vain; the manual channel is left.
parent A
servers 1
server 1 cds=delete cdnskey=delete by= dnskey= dnskey-by= zone-by=
run
expect CHILD_BOGUS
ds A
change none
