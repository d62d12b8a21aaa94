# A18: .se and .nu promise that what was signed before a change by hand does not undo it.
policy se-nu
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB signed=old
by-hand
pass 24h
run
expect OLDER_THAN_MANUAL_CHANGE
change none
