# A26: what is no removal and no key begins no window.
policy se-nu
parent
servers 1
server 1 cds=A,delete cdnskey=A by=A
run
expect MALFORMED_DELETE
counted 0
