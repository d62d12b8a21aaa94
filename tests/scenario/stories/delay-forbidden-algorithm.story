# A23, R9905-2-1: no first DS set of RSA/SHA-1 alone.
policy se-nu
parent
servers 1
server 1 cds=F cdnskey=F by=F dnskey=FZ dnskey-by=F
run
expect ALGORITHM_FORBIDDEN
counted 0
# Its neighbour, RSA/SHA-256.
server 1 cds=R cdnskey=R by=R dnskey=RZ dnskey-by=R zone-by=RZ
pass 24h
run
expect HOLD_DELAY_STARTED
