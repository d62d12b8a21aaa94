# A11: CDS and CDNSKEY name different keys.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=B by=A dnskey=ABZ dnskey-by=AB
run
expect CDS_CDNSKEY_MISMATCH
counted 0
