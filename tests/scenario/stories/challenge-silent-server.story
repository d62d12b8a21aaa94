# R8078-3.4-1: no silent server is left out, whatever the policy says of other methods.
policy { preset: bcp, bootstrap: { methods: [challenge], requires-all-servers: no }, unreachable: { retry: [1h], drop-after: 1h } }
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
pass 1h
operator challenge t0ken
server 1 token=t0ken
server 2 token=t0ken trouble=timeout
run
expect HOLD_UNREACHABLE
pass 2h
run
pass 1d
run
expect HOLD_CHALLENGE
change none
server 2 trouble=none
pass 1d
run
expect ACCEPT_BOOTSTRAP_CHALLENGE
