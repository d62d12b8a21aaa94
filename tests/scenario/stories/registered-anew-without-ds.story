# A-36, DSA-7.1-3: a domain is dropped and registered anew, and no source tells of its registration. Its DS set went with it: nobody
# has removed that of the new one.
policy se-nu
parent A
servers 1
server 1 cds=A cdnskey=A
run
expect NOOP_IN_SYNC
gone
pass 2d
parent
servers 1
server 1 cds=B cdnskey=B by=B dnskey=BZ dnskey-by=B
run
expect HOLD_DELAY_STARTED
