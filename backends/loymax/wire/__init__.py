"""Messages of the Loymax public API, ``Processing`` v1.2, with the vendor's names.

``base`` is what they have in common, ``processing`` the operations of a purchase, ``tokens`` the
way in, ``codes`` the names of errors. Client and server are to keep to what is chosen here where
the sources are silent (*emulated*):

- Amounts are numbers in units of money and a point is worth one; quantities are pieces or
  kilograms. A request's line: ``discount`` is what the till took off by itself and ``amount`` is
  after it. An answer's line: ``discount`` is all discounts, the till's among them, ``amount`` is
  after them.
- ``paymentAmount`` and ``amount`` of Bonus/Payment are money that points are to pay;
  ``availableBonusAmount`` and ``bonusAmount`` are the points for it.
- An ``operationId`` that comes again with the same body is answered as it was; with another body
  it is ``NotUniqueOperationID``. Calculate may be repeated on a purchase until it is paid or
  earned on.
- Bonus/Payment holds points until Confirm or Cancel; Confirm makes the sale, Cancel frees them. A
  refund is a purchase of its own and is confirmed, too; until then nothing has come back.
- ``refundPurchaseId`` wins over ``refundTransactionId`` where both are told.
- An unknown coupon is no error: ``cashierMessage`` says so and the purchase goes on.
- Moments carry an offset: one without is no moment.
"""
