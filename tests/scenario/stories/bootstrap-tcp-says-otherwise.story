# T-43: who answers over UDP in the name of the server is not heard.
policy se-nu
parent
servers 1
server 1 cds=B cdnskey=B by=B dnskey=ABZ dnskey-by=AB
tcp 1 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
run
expect HOLD_DELAY_STARTED
pass 24h
run
pass 24h
run
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
ds A
