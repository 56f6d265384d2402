"""The address that a link at the shell begins with: one at which this installation answers. Start with `address_of`."""

from __future__ import annotations

EVERYWHERE = ("0.0.0.0", "::", "")  # listened on, and no address that anybody could open


def address_of(host: str, port: int) -> str:
    """Where people reach what listens on this host and port, without a slash at its end.

    What the operator has said of proxy and names counts first: who listens doesn't know what stands before it.
    """
    from django.conf import settings

    for origin in settings.CSRF_TRUSTED_ORIGINS:
        if "*" not in origin:
            return str(origin).rstrip("/")
    outside = [
        one.lstrip(".") for one in settings.ALLOWED_HOSTS if one not in settings.LOOPBACK and one != "*"
    ]
    listens_inside = in_link(host) in settings.LOOPBACK
    if outside:
        if settings.SECURE:
            return f"https://{outside[0]}"
        return f"http://{outside[0]}" if listens_inside else f"http://{outside[0]}:{port}"
    inside = next((one for one in settings.LOOPBACK if one in settings.ALLOWED_HOSTS), "localhost")
    return f"http://{inside if host in EVERYWHERE else in_link(host)}:{port}"


def in_link(host: str) -> str:
    """A host as it stands in a link: version 6 in brackets."""
    return f"[{host}]" if ":" in host else host


def is_answered(address: str) -> bool:
    """Whether the name in an address is one of those that are answered to."""
    from urllib.parse import urlsplit

    from django.conf import settings
    from django.http.request import split_domain_port, validate_host

    return validate_host(split_domain_port(urlsplit(address).netloc)[0], settings.ALLOWED_HOSTS)
