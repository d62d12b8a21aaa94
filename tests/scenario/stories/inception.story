# C22, R8078-3.5-1: a new delegation gets its NS and DS sets together.
policy { preset: bcp, bootstrap: { methods: [inception] } }
parent
flags not-published
servers 1
server 1 cds=A cdnskey=A by=A
run
expect ACCEPT_BOOTSTRAP_INCEPTION
ds A
