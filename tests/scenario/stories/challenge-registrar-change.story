# A-36: another registrar is not the one to whom the token was handed out.
policy { preset: bcp, bootstrap: { methods: [challenge], confirmation: 5d } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
registrar one
run
operator challenge t0ken
server 1 token=t0ken
server 2 token=t0ken
registrar another
pass 1d
run
expect BOOTSTRAP_UNPROVEN
change none
