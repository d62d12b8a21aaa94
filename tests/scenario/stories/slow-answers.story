# Answers may take up to 1.5 s, then up to 3 s when asked a second time; later than that is silence.
parent A
servers 2
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB delay=1400
run
expect ACCEPT_UPDATE
asked 11
round at-least 7s
round at-most 9s
# Lost or late the first time, there the second: the same child, and another ten questions are five more.
server 2 delay=2900
pass 1h
run
expect NOOP_CHANGE_PENDING
round at-most 25s
server 2 delay=3100 cds=C cdnskey=C by=ABC dnskey=ABCZ dnskey-by=ABC
server 1 cds=C cdnskey=C by=ABC dnskey=ABCZ dnskey-by=ABC
pass 1h
run
expect HOLD_UNREACHABLE
