# DSA-7.1-3, 4.6: an operator cancels a delete before it leaves, and then somebody takes the DS set away by hand.
policy se-nu
parent A
servers 1
server 1 cds=delete cdnskey=delete
run
expect ACCEPT_DELETE
operator cancel
change withdrawn
parent
server 1 cds=A cdnskey=A
pass 24h
run
expect HOLD_SUSPENDED
