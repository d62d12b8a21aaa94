# C12: what was approved is not what is asked for now.
policy registrar-strict
parent
servers 1
server 1 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
run
expect BOOTSTRAP_UNPROVEN
operator approve
server 1 cds=B cdnskey=B by=B
pass 1h
run
expect BOOTSTRAP_UNPROVEN
change none
