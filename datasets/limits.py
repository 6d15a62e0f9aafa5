"""How often one address may ask or send in: limits of the API and of the site."""

import hashlib
import ipaddress
import math

from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle


class AddressThrottle(SimpleRateThrottle):
    """A limit per address. The rate is read when a request comes; None switches it off.

    After ``allow_request()``, ``headers()`` tells what is left, and ``wait()`` after
    how many seconds to ask again.
    """

    history, now = (), 0

    def get_rate(self):
        return api_settings.DEFAULT_THROTTLE_RATES.get(self.scope)

    def get_cache_key(self, request, view):
        ident = network(self.get_ident(request) or "")
        # What a proxy passes on may be long or odd, and addresses need not lie in a cache.
        return f"throttle:{self.scope}:{hashlib.sha256(ident.encode()).hexdigest()[:32]}"

    def headers(self):
        """The limit, what is left of it and in how many seconds a request more is granted; {} if it is off."""
        if self.rate is None:
            return {}
        oldest = self.history[-1] if self.history else self.now
        return {
            "RateLimit-Limit": str(self.num_requests),
            "RateLimit-Remaining": str(max(0, self.num_requests - len(self.history))),
            "RateLimit-Reset": str(max(1, math.ceil(oldest + self.duration - self.now))),
        }

    def wait(self):
        """Seconds until the oldest request that counts no longer does."""
        return max(1, math.ceil(self.history[-1] + self.duration - self.now))


class ApiThrottle(AddressThrottle):
    scope = "api"


class SearchThrottle(AddressThrottle):
    scope = "search"


def searches(request):
    """Whether a request searches. Of a parameter given twice one may be empty, which a query leaves out."""
    return any(request.GET.getlist("search"))


class TypingThrottle(AddressThrottle):
    """Suggestions while a search is being typed."""

    scope = "typing"


class SuggestThrottle(AddressThrottle):
    """What readers send in for the catalogue."""

    scope = "suggest"


def network(ident):
    """What counts as one address: of IPv6 the /64, since a single household has all of it."""
    try:
        address = ipaddress.ip_address(ident)
    except ValueError:
        return ident
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
