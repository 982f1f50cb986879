"""Which addresses and names stay on this machine."""

from __future__ import annotations

import ipaddress
import socket


def is_loopback_address(address: object) -> bool:
    """Say whether a socket address, `(host, port, …)`, stays on this machine.

    >>> is_loopback_address(("127.0.0.1", 80)), is_loopback_address(("192.0.2.1", 80))
    (True, False)
    """
    if not isinstance(address, tuple) or not address:
        return False
    host = address[0]
    return host in {"", "localhost"} or (isinstance(host, str) and _is_loopback_number(host))


def is_loopback_name(host: object) -> bool:
    """Say whether looking up a name asks nobody outside, or asks for this machine.

    An address in numbers is not looked up at all; connecting to it is guarded apart.

    >>> is_loopback_name("localhost"), is_loopback_name("example.org")
    (True, False)
    """
    if isinstance(host, bytes):
        host = host.decode("idna")
    if host is None or host in {"", "localhost", socket.gethostname()}:
        return True
    return isinstance(host, str) and _as_number(host) is not None


def _is_loopback_number(host: str) -> bool:
    number = _as_number(host)
    if number is None:
        return False
    mapped = getattr(number, "ipv4_mapped", None)
    return (mapped or number).is_loopback


def _as_number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
