"""Codes: ``ReturnCode`` of an answer, ``ApplicabilityCode`` of a coupon, the private office's."""

FINE = 0
AGAIN = (81301, 84201)
"""A cheque of this number is known of this till today already; it was processed already."""
NO_CARD = (80001, 80040, 80100, 80180, 80220, 80241, 80362, 84001, 84022, 84042)
CARD_NEEDED = (80280, 80360, 81101)
NO_CONTACT = (86800, 82781)
NO_CHEQUE = (81100, 81260, 81380)
TROUBLE = (1, 80000)
"""The service's own: its wait is over, or something broke. What it did nobody knows."""
NO_ACCESS = 4

COUPON_FIELDS = ("Number", "EmissionID", "TypeID")
"""A coupon is one of its own, any of an emission, or any of a type."""
APPLICABLE, NOT_APPLICABLE = "1", "0"

WRONG_CODE = 110043
"""Of the private office, as all that follow: there is no such temporary code."""
CARD_UNUSABLE = 110051
CANNOT_BE_UNDONE = 110055
"""A registration: the contact has several cards."""
NOT_SENT = 100940
"""The code could not be sent."""
REFUSED = 110000
"""Anything else (*emulated*)."""
