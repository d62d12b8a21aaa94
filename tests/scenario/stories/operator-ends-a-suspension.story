# 4.6: after a removal by hand somebody says that automation may begin again.
policy se-nu
parent A
servers 1
server 1 cds=A cdnskey=A
run
parent
pass 24h
run
expect HOLD_SUSPENDED
operator release
pass 24h
run
expect HOLD_DELAY_STARTED
counted 0
