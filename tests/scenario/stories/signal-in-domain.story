# R9615-4.4-1, C4, T-36: with all name servers inside the child there is nobody to confirm it; none is not all.
policy auth-only
parent
servers 2
server 1 cds=A cdnskey=A operator=in-domain
server 2 cds=A cdnskey=A operator=in-domain
run
expect ONLY_IN_DOMAIN_NS
looked twice
# The neighbour: one outside is enough, and it alone is asked (mixed-in-out).
server 2 operator=agrees
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH
ds A
