"""Pieces of small mappings, and what a till asks of them."""

from stand import MORNING

from cashier.exchange import CertificateRequest, IdentifyRequest, SaveSaleRequest
from cashier.receipt import Identifier, IdentifierKind, Receipt, line_of

ASK = CertificateRequest(number="98", at=MORNING)
BARE = Receipt("r1", MORNING).with_lines([line_of(1, "a", "A", 1000, 2000)])
SAVE = SaveSaleRequest(operation_id="op1", receipt=BARE, at=MORNING)
IDENTIFY = IdentifyRequest(identifier=Identifier(IdentifierKind.CARD, "29"), at=MORNING)

HEAD = """
[service]
name = "Scripted"
can = []
"""
SIGN_IN = """
headers.token = "session.token"
[sign_in]
http = "POST /login"
body = "{login: options.login, hash: sha1(options.password)}"
session = "{token: body.token}"
"""
READ = """
[certificate]
answer = "{number: request.number, left: minor(body.left), sold: `true`}"
[[certificate.step]]
http = "GET /certificates/{request.number}"
"""
SALE = """
[save_sale]
answer = "{earned: hundredths(body.earned)}"
[[save_sale.step]]
http = "POST /sales"
body = "{id: request.operation_id}"
"""
REFUSED = """
[[refused]]
when = "status == `422`"
code = "body.code"
text = "body.text"
reasons = { late = "expired", 7 = "blocked" }
"""
ANSWER = {"GET /certificates/98": {"left": "12.50"}, "POST /sales": {"earned": "1.5"}}
