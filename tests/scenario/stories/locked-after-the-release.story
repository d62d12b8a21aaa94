# DSA-6.1-2, A-30: a lock that comes between the release of a change and its export stops the export where the policy respects it;
# the change goes out once the lock is off and a probe has confirmed it.
policy se-nu
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
change released
flags registry-lock
pass 1h
load
export
change held
flags
pass 1h
run
expect NOOP_CHANGE_PENDING
change released
export
change sent
