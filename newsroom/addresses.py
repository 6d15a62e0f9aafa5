"""Where a request comes from."""

import ipaddress

from rest_framework.throttling import BaseThrottle


def client_address(request):
    """The caller's IP address past the trusted proxies, by the rule that the API's limits use.

    Falls back to the connection's own address when what a proxy passed on is not an address.
    """
    for address in (BaseThrottle().get_ident(request), request.META.get("REMOTE_ADDR")):
        try:
            return str(ipaddress.ip_address(address))
        except ValueError:
            continue
    return None
