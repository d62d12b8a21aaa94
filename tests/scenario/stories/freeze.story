# A-34: from Monday to Sunday nothing goes out, and the walk goes on; after it a new probe is needed.
policy { preset: bcp, freezes: [mon 00:00-sun 23:59] }
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
change held
policy bcp
pass 1h
run
expect NOOP_CHANGE_PENDING
change released
