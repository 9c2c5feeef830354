"""Messages of the Loymax public API, ``Processing`` v1.2, with the vendor's names.

``base`` is what they have in common, ``processing`` the operations of a purchase, ``people`` a
newcomer and his card, ``searching`` purchases for an administrator, ``tokens`` the way in,
``common/codes`` the names of errors. Client and server are to keep to what is chosen here where the
sources are silent (*emulated*):

- Amounts are numbers in units of money and a point is worth one; quantities are pieces or
  kilograms. A request's line: ``amount`` is after what the till took off by itself and before the
  offers, ``appliedOffers`` are those that Calculate told, ``discount`` is their sum. What points
  pay of a line is its parameter ``payAmount``. An answer's line: ``amount`` is after the offers.
- ``externalId`` of an offer is its kind: ``Promotion``, ``Coupon`` or ``Level``.
- ``paymentAmount`` and ``amount`` of Bonus/Payment are money that points are to pay;
  ``availableBonusAmount`` and ``bonusAmount`` are the points for it.
- An ``operationId`` that comes again with the same body is answered as it was; with another body
  it is ``NotUniqueOperationID``. Calculate may be repeated on a purchase until it is paid or
  earned on.
- Bonus/Payment holds points until Confirm or Cancel; Confirm makes the sale, Cancel frees them. A
  refund is a purchase of its own and is confirmed, too; until then nothing has come back.
- A payment that wants a code and has none, or a wrong one, in ``pinCode`` is ``WrongPin``;
  ``PaymentConfirmation`` in ``identificationData`` of Bonus/Available says whether one will.
- Operations that change something have numbers (``transactionId``), the others 0. A refund is of
  ``refundPurchaseId``, or of the purchase whose operation is ``refundTransactionId``.
- A gift certificate among the goods is a line with the parameter ``giftCertificate``, its number;
  ``details`` of a tender is the number of the one that pays; the parameter ``giftCertificate:``
  with a number says what a refund gives back to it. What one is to pay is held until Confirm or
  Cancel. ``description`` of its balance is its state.
- A purchase that is cancelled before it is confirmed is forgotten: Cancel said again is
  ``PurchaseNotFound``.
- Tokens end with the server: a stranger's hears 401 and signs in anew.
- An unknown coupon is no error: ``cashierMessage`` says so and the purchase goes on.
- Moments carry an offset: one without is no moment.
"""
