"""Connections that go where they may, and end when they must."""

import ipaddress
import socket
import threading
import time
from contextlib import suppress

from urllib3.connection import HTTPConnection, HTTPSConnection

# What of the IPv6 space holds an IPv4 address in its last bits (RFC 6052).
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddress(Exception):
    """The name leads into a network that is not the public internet."""


def is_public(text):
    """Whether an IP address is one of the public internet, whatever it is wrapped in."""
    ip = ipaddress.ip_address(text.partition("%")[0])
    if ip.version == 6:
        if ip.ipv4_mapped or ip.sixtofour:
            ip = ip.ipv4_mapped or ip.sixtofour
        elif ip.teredo:
            ip = ip.teredo[1]
        elif ip in NAT64:
            ip = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
    # Python counts as global what IPv6 once set apart for a site, and what is set apart for the future.
    apart = ip.is_multicast or ip.is_reserved or (ip.version == 6 and ip.is_site_local)
    return ip.is_global and not apart


class Lease:
    """The time that one request may take in all, however slowly the other side sends.

    ``private`` allows addresses within private networks.
    """

    def __init__(self, seconds, *, private=False):
        self.ends = time.monotonic() + seconds
        self.private = private
        self.expired = False
        self.held = None
        self.timer = threading.Timer(seconds, self.expire)
        self.timer.daemon = True

    def __enter__(self):
        self.timer.start()
        return self

    def __exit__(self, *error):
        self.timer.cancel()
        if self.held:
            self.held.close()

    def expire(self):
        self.expired = True
        with suppress(AttributeError, OSError):
            self.held.shutdown(socket.SHUT_RDWR)

    def connect(self, host, port):
        """A socket to the host. The address that is checked is the one that is connected to.

        Raises PrivateAddress, socket.gaierror or OSError.
        """
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if not self.private and not all(is_public(entry[4][0]) for entry in found):
            raise PrivateAddress(host)
        error = OSError(f"{host} has no address")
        for family, kind, protocol, _, address in found:
            try:
                return self.open(family, kind, protocol, address)
            except OSError as refused:
                error = refused
        raise error

    def open(self, family, kind, protocol, address):
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(left)
            sock.connect(address)
            # A second handle: TLS takes the first one over, and the end of the lease must reach it.
            self.held = sock.dup()
        except OSError:
            sock.close()
            raise
        return sock


class Leased:
    """A connection of urllib3 whose socket the lease opens."""

    def __init__(self, lease, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.lease = lease

    def _new_conn(self):
        return self.lease.connect(self._dns_host, self.port)


class LeasedHTTP(Leased, HTTPConnection):
    pass


class LeasedHTTPS(Leased, HTTPSConnection):
    pass
