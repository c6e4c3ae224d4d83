"""Requests to addresses that people typed lead to the public internet, or nowhere."""

import socket
import threading
import time
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from templates_app import outgoing
from tests.hooks import CERTIFICATE, HookServer

PRIVATE = """
127.0.0.1 127.8.9.10 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.254 0.0.0.0
192.0.0.192 168.63.129.16
0.1.2.3 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
192.88.99.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd12:3456::1 fec0::1 ff02::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1
64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 2002:7f00:1:: 2002:808:808:: 2001::1 2001:db8::1 3fff::1 100::1 5f00::1
4000::1
""".split()  # noqa: SIM905
PUBLIC = ["8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::5"]

EVIL = [
    "http://hooks.example.com/",
    "ftp://hooks.example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//hooks.example.com/",
    "https://",
    "https:///path",
    "https://user@hooks.example.com/",
    "https://user:secret@hooks.example.com/",
    "https://hooks.example.com:99999/",
    "https://hooks.example.com:x/",
    "https://hooks.example.com/a b",
    "https://hooks.example.com/\r\nHost: x",
    "https://hooks.example.com\\@127.0.0.1/",
    "https://hooks.example.com/\u2028",
    "https://hooks.example.com/ü",
    "https://[::1%25lo]/",
    "https://[::1/",
    "https://" + "a" * 64 + ".example/",
    "https://hooks.example.com/" + "x" * 500,
    "https://127.0.0.1/",
    "https://127.0.0.1./",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://localhost/",
    "https://intranet/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://a.localhost/",
    "nonsense",
    "",
]
# What the resolver takes for an address, though it does not look like one.
DISGUISED = [
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
]


@pytest.fixture(autouse=True)
def strict(settings: Any) -> None:
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = False, []


@pytest.fixture
def server(settings: Any) -> Any:
    """On loopback, which is open for this test."""
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = True, [ip_network("127.0.0.0/8")]
    running = HookServer()
    yield running
    running.stop()


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_but_a_public_one_is_allowed(address: str):
    assert not outgoing.is_allowed(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str):
    assert outgoing.is_allowed(ip_address(address))


@pytest.mark.parametrize("url", EVIL)
def test_an_evil_address_is_refused_when_it_is_typed(url: str):
    with pytest.raises(outgoing.NotAllowed):
        outgoing.check(url)


@pytest.mark.parametrize("url", [*EVIL, *DISGUISED])
def test_an_evil_address_is_refused_when_it_is_used(url: str, monkeypatch: Any):
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("knocked somewhere"))
    with pytest.raises((outgoing.NotAllowed, outgoing.Unreached)):
        outgoing.post(url, b"{}", {})


@pytest.mark.parametrize("url", ["https://hooks.slack.com/services/T/B/x", "https://münchen.example:8443/a?b=c#d"])
def test_a_good_address_is_taken(url: str):
    outgoing.check(url)


def test_what_the_operator_opened_is_open(settings: Any):
    settings.WEBHOOK_NETWORKS = [ip_network("10.20.0.0/16")]
    outgoing.check("https://10.20.1.2/hook")
    outgoing.check("https://chat.internal/hook")
    with pytest.raises(outgoing.NotAllowed):
        outgoing.check("https://10.21.1.2/hook")


def test_a_name_is_looked_up_once_and_that_address_is_called(server: HookServer, monkeypatch: Any):
    looked_up: list[str] = []

    def rebinding(host: str, port: int, **kwargs: Any) -> Any:
        """Another address each time, as an attacker's name server would say."""
        looked_up.append(host)
        assert len(looked_up) == 1, "asked again after the check"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", _only("hook.example", rebinding))
    assert outgoing.post(server.url("/in?x=1", "hook.example"), b"{}", {"X-Mine": "1"}).status == 200
    [request] = server.requests
    assert (request.path, request.headers["host"]) == ("/in?x=1", f"hook.example:{server.port}")
    assert (request.headers["x-mine"], request.headers["content-length"], request.body) == ("1", "2", b"{}")


@pytest.mark.parametrize("addresses", [["8.8.8.8", "10.0.0.1"], ["10.0.0.1"], ["::1"], ["64:ff9b::a00:1"]])
def test_a_name_with_one_private_address_is_refused(addresses: list[str], monkeypatch: Any):
    rows = [(0, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("knocked somewhere"))
    with pytest.raises(outgoing.NotAllowed, match="private network"):
        outgoing.post("https://hook.example/", b"", {})


def _only(name: str, answer: Any) -> Any:
    real = socket.getaddrinfo
    return lambda host, *args, **more: answer(host, *args, **more) if host == name else real(host, *args, **more)


def test_what_the_operator_wrote_may_be_a_host_of_their_own(server: HookServer, settings: Any):
    settings.WEBHOOK_NETWORKS = []
    assert outgoing.post(server.url(), b"{}", {}, trusted=True).status == 200
    with pytest.raises(outgoing.NotAllowed):
        outgoing.post(server.url(), b"{}", {})


def test_a_redirect_is_an_answer_like_any_other(server: HookServer):
    server.answer(302, location=server.url("/elsewhere"))
    assert outgoing.post(server.url(), b"", {}).status == 302
    assert len(server.requests) == 1


def test_an_answer_is_read_up_to_a_bound_and_its_retry_after_understood(server: HookServer):
    server.answer(429, "x" * 100_000, retry_after="120")
    answer = outgoing.post(server.url(), b"", {})
    assert (answer.status, len(answer.text), answer.retry_after) == (429, outgoing.ANSWER, 120)
    server.answer(503, retry_after="Wed, 21 Oct 2015 07:28:00 GMT")
    assert outgoing.post(server.url(), b"", {}).retry_after == 0
    for nonsense in (
        "Mon, 01 Jan 99999999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999999999",
    ):
        server.answer(503, retry_after=nonsense)
        assert outgoing.post(server.url(), b"", {}).retry_after is None
    server.answer(503, retry_after="soon")
    assert outgoing.post(server.url(), b"", {}).retry_after is None


def test_a_server_that_hangs_or_is_away_is_unreached(server: HookServer, settings: Any):
    settings.WEBHOOK_TIMEOUT = 0.2
    server.hang()
    with pytest.raises(outgoing.Unreached, match="in time"):
        outgoing.post(server.url(), b"", {})
    server.stop()
    with pytest.raises(outgoing.Unreached, match="refused"):
        outgoing.post(server.url(), b"", {})


def test_an_answer_that_drips_in_ends_at_the_deadline(settings: Any):
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = True, [ip_network("127.0.0.0/8")]
    settings.WEBHOOK_TIMEOUT = 0.3
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_drip, args=(listening,), daemon=True).start()
        since = time.monotonic()
        with pytest.raises(outgoing.Unreached):
            outgoing.post(f"http://127.0.0.1:{listening.getsockname()[1]}/", b"", {})
        assert time.monotonic() - since < 1.5


def _drip(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        try:
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
                connection.sendall(bytes([letter]))
                threading.Event().wait(0.02)
        except OSError:
            pass


def test_nonsense_instead_of_an_answer_is_unreached(settings: Any):
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = True, [ip_network("127.0.0.0/8")]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_nonsense, args=(listening,), daemon=True).start()
        with pytest.raises(outgoing.Unreached):
            outgoing.post(f"http://127.0.0.1:{listening.getsockname()[1]}/", b"", {})


def _nonsense(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"220 mail.example ESMTP\r\n")


def test_the_certificate_has_to_name_the_host(settings: Any, monkeypatch: Any):
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    outgoing._context.cache_clear()
    server = HookServer(tls=True)
    try:
        assert outgoing.post(f"https://localhost:{server.port}/", b"{}", {}).status == 200
        with pytest.raises(outgoing.Unreached, match="certificate"):
            outgoing.post(f"https://127.0.0.1:{server.port}/", b"{}", {})
        monkeypatch.delenv("SSL_CERT_FILE")
        outgoing._context.cache_clear()
        with pytest.raises(outgoing.Unreached, match="certificate"):
            outgoing.post(f"https://localhost:{server.port}/", b"{}", {})
    finally:
        outgoing._context.cache_clear()
        server.stop()
