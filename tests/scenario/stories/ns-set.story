# H4, RFC 9975 section 3: a zone that names other servers than its delegation: said, and nothing else. One question more
# for the child, not for each address.
parent A
servers 2
server 1 cds=A cdnskey=A
server 2 cds=A cdnskey=A
run
expect NOOP_IN_SYNC
unwarned
asked 11
server 1 ns=1,2,3
server 2 ns=1,2,3
pass 1h
run
expect NOOP_IN_SYNC
warned WARN_NS_MISMATCH
asked 11
# The same beside a request, which is accepted all the same.
server 1 ns=1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
server 2 ns=1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
pass 1h
run
expect ACCEPT_UPDATE
warned WARN_NS_MISMATCH
ds B
# The neighbour: nobody signed the other names, so that anybody may have said them.
server 1 ns-by=
server 2 ns-by=
pass 1h
run
expect NOOP_CHANGE_PENDING
unwarned
# A silent server is not asked; the other one is.
server 1 ns-by=Z trouble=timeout
server 2 ns-by=Z
pass 1h
run
warned WARN_NS_MISMATCH
# An answer cut short comes over TCP.
server 1 trouble=none truncated
server 2 truncated
pass 1h
run
expect NOOP_CHANGE_PENDING
warned WARN_NS_MISMATCH
asked 22
