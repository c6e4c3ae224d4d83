"""A small OpenID Connect provider on the loopback, for one test: real HTTP, PKCE, and tokens signed with a real key."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "desk", "between the two of them"


class Provider:
    """Whoever comes is `person` (claims). `forge`: tokens are signed with a key that is not published."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.forge = False
        self.codes: dict[str, dict[str, str]] = {}
        self.keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def authorize(self, address: str) -> str:
        """What the browser would do there: the person agrees, and is sent back to this address."""
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def metadata(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
        ends |= {"userinfo_endpoint": "userinfo", "jwks_uri": "keys"}
        more = {"issuer": self.issuer, "token_endpoint_auth_methods_supported": ["client_secret_post"]}
        return {name: f"{self.issuer}/{path}" for name, path in ends.items()} | more

    def published(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.keys[0].public_key()))
        return {"keys": [key | {"kid": "1", "alg": "RS256", "use": "sig"}]}

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        asked = self.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        assert form["client_secret"] == SECRET
        claims = self.person | {"iss": self.issuer, "aud": CLIENT, "exp": int(time.time()) + 60}
        signed = jwt.encode(claims, self.keys[self.forge], "RS256", {"kid": "1"})
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                pages = {"/.well-known/openid-configuration": provider.metadata, "/keys": provider.published}
                self._say(pages[self.path]() if self.path in pages else provider.person)

            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._say(provider.token({name: values[0] for name, values in parse_qs(text).items()}))

            def _say(self, answer: dict[str, Any]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *about: Any) -> None:
                pass

        return Handler
