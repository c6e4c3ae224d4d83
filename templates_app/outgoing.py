"""Requests to addresses that people typed: the only place from which they leave.

Whoever types an address decides where this server knocks, so it must not lead into our own network. The name is looked
up once, every answer has to be an address of the public internet, and the connection goes to the very address that was
looked at. Redirects are not followed, an answer is read up to a bound, and all of it has one deadline.
"""

import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

import certifi
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

ANSWER = 2048  # bytes that are read
ADDRESSES = 2  # of one name that are tried
LONGEST = 500  # characters of an address
NEVER = set(' "<>\\^`{|}')  # in a web address
AGENT = "Switchback"

UNICAST_6 = ip_network("2000::/3")  # all that is given out; what translates to IPv4 mostly lies outside
NOT_PUBLIC = [
    ip_network(each)
    for each in (
        "192.0.0.0/24",  # not for hosts of the internet (RFC 6890); some clouds tell their machines' secrets there
        "168.63.129.16/32",  # public by its number, and one cloud's door to its own machines
        "192.88.99.0/24",
        "2002::/16",
        "2001::/23",
        "3fff::/20",
    )
]
Address = IPv4Address | IPv6Address


class NotAllowed(ValueError):
    """The address is none, or leads to where nothing may be sent. The message is a phrase for people."""


class Unreached(OSError):
    """Nobody answered, or not in time."""


@dataclass(frozen=True)
class Place:
    """An address that people typed, taken apart; `host` is as DNS knows it."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Raises NotAllowed for what is no address, or not encrypted where it has to be."""
        try:
            if len(url) > LONGEST or not url.isprintable() or set(url) & NEVER:
                raise ValueError(url)
            parts = urlsplit(url)
            place = cls._of(parts)
        except (ValueError, UnicodeError) as error:
            raise NotAllowed(_("this is not a web address")) from error
        if place.scheme not in (("https", "http") if settings.WEBHOOK_HTTP else ("https",)):
            raise NotAllowed(_("the address has to start with https://"))
        if parts.username is not None or parts.password is not None:
            raise NotAllowed(_("the address must not hold a user name or password"))
        return place

    @classmethod
    def trusted(cls, url: str) -> Self:
        """An address from the settings."""
        return cls._of(urlsplit(url))

    @classmethod
    def _of(cls, parts: SplitResult) -> Self:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if not path.isascii():
            raise ValueError(path)
        return cls(parts.scheme, _host(parts), parts.port or (443 if parts.scheme == "https" else 80), path)

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


@dataclass(frozen=True)
class Answer:
    """`retry_after`: seconds, where the other side asks for that."""

    status: int
    text: str
    retry_after: float | None = None


def check(url: str) -> None:
    """Raises NotAllowed for an address that would be refused whatever its name leads to. Looks nothing up."""
    place = Place.of(url)
    literal = _literal(place.host)
    if literal is not None and not is_allowed(literal):
        raise NotAllowed(_("the address leads into a private network"))
    at_home = "." not in place.host or place.host.endswith((".local", ".internal", ".localhost"))
    if literal is None and at_home and not settings.WEBHOOK_NETWORKS:
        raise NotAllowed(_("the address leads into a private network"))


def is_allowed(address: Address) -> bool:
    """Public unicast, or in a network that the operator has opened."""
    if isinstance(address, IPv6Address) and (address.scope_id or address.ipv4_mapped):
        return False
    if any(address in network for network in settings.WEBHOOK_NETWORKS):
        return True
    if isinstance(address, IPv6Address) and address not in UNICAST_6:
        return False
    special = address.is_multicast or address.is_reserved or any(address in network for network in NOT_PUBLIC)
    return address.is_global and not special


def post(url: str, body: bytes, headers: Mapping[str, str], *, trusted: bool = False) -> Answer:
    """Raises NotAllowed or Unreached. `trusted`: the operator wrote the address, and may mean a host of their own."""
    place = Place.trusted(url) if trusted else Place.of(url)
    deadline = time.monotonic() + settings.WEBHOOK_TIMEOUT
    addresses = _resolve(place, deadline)
    if not trusted and not all(is_allowed(address) for address in addresses):
        raise NotAllowed(_("the address leads into a private network"))
    problem: Exception = Unreached("no address")
    for address in addresses[:ADDRESSES]:
        try:
            sock = _connect(place, address, deadline)
        except OSError as error:
            problem = error
            continue
        return _exchange(place, sock, body, headers, deadline)
    raise Unreached(_said(problem)) from problem


# --- on the wire -----------------------------------------------------------------------------------------------------


def _resolve(place: Place, deadline: float) -> list[Address]:
    """Once. In a thread of its own: the system's resolver knows no deadline of ours."""
    literal = _literal(place.host)
    if literal is not None:
        return [literal]
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(place, answers), name="look-up", daemon=True).start()
    try:
        found = answers.get(timeout=max(deadline - time.monotonic(), 0.001))
    except queue.Empty:
        raise Unreached(f"{place.host} could not be looked up in time") from None
    if isinstance(found, Exception):
        raise Unreached(f"{place.host} is not known: {_said(found)}") from found
    return found or _none(place)


def _look_up(place: Place, answers: Any) -> None:
    try:
        rows = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
        answers.put(list(dict.fromkeys(ip_address(row[4][0]) for row in rows)))
    except (OSError, ValueError) as error:
        answers.put(error)


def _none(place: Place) -> Any:
    raise Unreached(f"{place.host} has no address")


def _connect(place: Place, address: Address, deadline: float) -> socket.socket:
    sock = socket.create_connection((str(address), place.port), timeout=_left(deadline))
    if place.scheme == "http":
        return sock
    try:
        sock.settimeout(_left(deadline))  # the handshake as a whole
        return _context().wrap_socket(sock, server_hostname=place.host)
    except BaseException:
        sock.close()
        raise


def _exchange(place: Place, sock: socket.socket, body: bytes, headers: Mapping[str, str], deadline: float) -> Answer:
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.sock = _Timed(sock, deadline)
    try:
        own = {"Host": place.authority, "User-Agent": AGENT, "Connection": "close", "Accept": "*/*"}
        connection.request("POST", place.path, body, {**own, **headers})
        response = connection.getresponse()
        return Answer(response.status, _text(response), _seconds(response.headers.get("Retry-After")))
    except (OSError, http.client.HTTPException) as error:
        raise Unreached(_said(error)) from error
    finally:
        connection.close()
        sock.close()


def _text(response: http.client.HTTPResponse) -> str:
    """Only of a refusal: what was taken is taken, whatever comes after."""
    if response.status < 300:
        return ""
    try:
        return response.read(ANSWER).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return ""


class _Timed:
    """A socket whose every step ends at the deadline: an answer that drips in holds nobody up."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock, self.deadline = sock, deadline

    def sendall(self, data: bytes) -> None:
        self.sock.settimeout(_left(self.deadline))
        self.sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Not yet: http.client closes what it hands over to its answer."""


class _Reader(io.RawIOBase):
    def __init__(self, timed: _Timed) -> None:
        self.timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.timed.sock.settimeout(_left(self.timed.deadline))
        return self.timed.sock.recv_into(buffer)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left


@cache
def _context() -> ssl.SSLContext:
    """The system's authorities (also one of the house, by SSL_CERT_FILE) and those that Python brings along."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


# --- words and numbers -----------------------------------------------------------------------------------------------


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not host or "%" in host:
        raise ValueError("no host")
    if _literal(host) is not None:
        return host
    name = host.rstrip(".").encode("idna").decode()
    if _literal(name) is None and _is_number(name):
        raise ValueError("an address in disguise")
    return name


def _is_number(name: str) -> bool:
    """What resolvers take for an IPv4 address, though it is not written like one: 2130706433, 0x7f.1, 017700000001."""
    try:
        socket.inet_aton(name)
    except OSError:
        return False
    return True


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _seconds(value: str | None) -> float | None:
    """Retry-After is a number of seconds or a date (RFC 9110)."""
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        return max((parsedate_to_datetime(value) - timezone.now()).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not accepted: {error.verify_message}"
    return error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
