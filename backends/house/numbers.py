"""Numbers with a check digit: cards start with 290, coupons with 99."""


def ean13(prefix: str, number: int) -> str:
    """A valid EAN-13 of a prefix and a counted number."""
    body = f"{prefix}{number:0{12 - len(prefix)}d}"[:12]
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def masked_phone(phone: str) -> str:
    """'+7 900 ***-**-01'."""
    return f"{phone[:2]} {phone[2:5]} ***-**-{phone[-2:]}"


def masked_email(email: str) -> str:
    """'a***@example.org'."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}***@{host}"
