"""A call over the wire as a command that a colleague can run: the same bytes once more."""

import shlex
from base64 import b64encode

from cashier.witness import WireCall

_BY_CURL = ("host", "content-length", "connection", "transfer-encoding")
"""Headers that curl works out itself."""
_NOT_BY_CURL = ("accept", "user-agent", "content-type")
"""Headers that curl would add by itself."""


def curl(call: WireCall) -> str:
    """One command for a POSIX shell. What is no text, or would be taken for the name of a file,
    comes out of base64."""
    words = ["curl", "--globoff", "--path-as-is"]
    words += ["--head"] if call.method == "HEAD" else ["--request", call.method]
    words += ["--url", call.url]
    names = {name.lower() for name, _value in call.request_headers}
    for name, value in call.request_headers:
        if name.lower() not in _BY_CURL:
            words += ["--header", f"{name}: {value}" if value else f"{name};"]
    for name in _NOT_BY_CURL:
        if name not in names and (name != "content-type" or call.request_body):
            words += ["--header", f"{name}:"]
    text = _as_word(call.request_body)
    if not call.request_body:
        return shlex.join(words)
    if text is not None:
        return shlex.join([*words, "--data-binary", text])
    body = b64encode(call.request_body).decode("ascii")
    return f"echo {body} | base64 -d | {shlex.join([*words, '--data-binary', '@-'])}"


def _as_word(body: bytes) -> str | None:
    """The body as a word of a command; None: it cannot be one."""
    if body.startswith(b"@") or b"\0" in body:
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None
