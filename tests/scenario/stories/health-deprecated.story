# H3: every DS record is of a deprecated algorithm.
parent F
servers 1
server 1 dnskey=FZ dnskey-by=F
run
expect NOOP_NO_SIGNAL
warned DRIFT_ALGORITHM_DEPRECATED
ds F
