"""Which names requests may ask for.

A page somewhere else can have a name of its own point to 127.0.0.1 and read what it finds there
with its visitor's browser; it can't make the browser say another name.
"""

from ipaddress import ip_address

from itsm_sync.settings import Http


def welcome(asked: str, http: Http) -> bool:
    """Answer whether a request with that `Host` is for us."""
    if not http.hosts and not _is_loopback(http.host):
        return True
    name = _name(asked)
    if name in {_name(host) for host in http.hosts}:
        return True
    return name == _name(http.host) or _is_loopback(name)


def _name(host: str) -> str:
    """Answer a host without its port, as it is compared."""
    host = host.strip().casefold()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0].rstrip(".")


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
