# B6, R8078-4-3: signed by a key that the DS set does not name.
parent A
servers 1
server 1 cds=delete cdnskey=delete by=Z
run
expect SIGNER_NOT_IN_DS
change none
