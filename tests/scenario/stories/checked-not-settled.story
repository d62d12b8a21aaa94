# C13: the NS set changed the other day; a confirmation alone is not enough.
policy { preset: bcp, bootstrap: { methods: [checked], settled: 10d, confirmation: 14d } }
parent
by-hand
servers 1
server 1 cds=A cdnskey=A by=A
pass 1h
run
pass 5d
by-hand
run
operator approve
pass 1h
run
warned WARN_NS_CHANGE_RECENT
change none
