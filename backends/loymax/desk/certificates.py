"""Gift certificates: this server keeps them, the embedded system does not.

What one is to pay is held for the purchase until that is confirmed, or cancelled.
"""

from dataclasses import dataclass

from backends.loymax.common.codes import Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.names import BY_CERTIFICATE
from backends.loymax.common.parts import Asked, Told, Voucher
from backends.loymax.desk.rounding import divisible
from backends.loymax.desk.store import (
    Certificate,
    CertificateState,
    No,
    Paying,
    Purchase,
    Purchases,
)
from cashier.money import ONE, Amount

_NO = Code.GIFT_CERTIFICATE_ERROR


@dataclass(frozen=True)
class Certificates:
    purchases: Purchases
    prepared: frozenset[str]
    """Numbers that may be sold, as long as nothing else is known of them."""
    step: Amount

    # --- looking

    def known(self, number: str) -> Certificate:
        """Raises No."""
        found = self.purchases.certificate(number)
        if found is None and number in self.prepared:
            found = Certificate(id=number)
        if found is None:
            raise No(_NO, f"{number}: there is no such gift certificate")
        return found

    def balance(self, asked: Asked, currency: str) -> Told:
        one = self.known(asked.certificate)
        return Told(
            asked.kind,
            asked.id,
            bonus=_free(one),
            currency=currency,
            description=str(one.state),
        )

    def available(self, asked: Asked, total: Amount) -> Told:
        """What it may pay of a cheque that costs so much."""
        one = self.known(asked.certificate)
        most = min(_free(one, but=asked.purchase), total)
        told = (Voucher(one.id, _free(one)),)
        return Told(
            asked.kind, asked.id, purchase=asked.purchase, amount=most, bonus=0, certificates=told
        )

    # --- the first phase

    def pay(self, purchase: Purchase, asked: Asked) -> Told:
        """Held for the purchase."""
        if asked.amount <= 0 or not divisible(asked.amount, self.step):
            raise No(Code.DIVISIBILITY_ERROR)
        one = self.known(asked.certificate)
        if one.state is CertificateState.PREPARED:
            raise No(_NO, f"{one.id}: this gift certificate was not sold")
        if asked.amount > _free(one):
            raise No(Code.NOT_ENOUGH_MONEY, f"{one.id}: there is not so much on it")
        purchase.vouchers[asked.id] = Paying(number=one.id, amount=asked.amount)
        one.held[purchase.id] = purchase.by_certificates[one.id]
        told = Told(asked.kind, asked.id, purchase=asked.purchase, amount=asked.amount, bonus=0)
        return self.purchases.carried_out(purchase, asked, told, one)

    def to_be_sold(self, purchase: Purchase, asked: Asked) -> list[Certificate]:
        """The certificates among the goods of an accrual, promised to this purchase. Raises No:
        one cannot be sold, or others pay than are held."""
        told: dict[str, Amount] = {}
        for pay in asked.pays:
            if pay.type == BY_CERTIFICATE and pay.details:
                told[pay.details] = told.get(pay.details, 0) + pay.amount
        if told != purchase.by_certificates:
            raise No(Code.PURCHASE_OPERATION_CONFLICT)
        wanted = _numbers(asked)
        made = [one for one in self.promised_no_more(purchase) if one.id not in wanted]
        for number in wanted:
            one = self.known(number)
            if one.state is not CertificateState.PREPARED or one.seller not in ("", purchase.id):
                raise No(_NO, f"{number}: this gift certificate is sold already")
            made.append(one.model_copy(update={"seller": purchase.id}))
        return made

    def let_go(self, purchase: Purchase) -> list[Certificate]:
        """Nothing is held for it, or promised to it, any more."""
        made = self.promised_no_more(purchase)
        for number in purchase.by_certificates:
            one = self.known(number)
            one.held.pop(purchase.id, None)
            made.append(one)
        return made

    def promised_no_more(self, purchase: Purchase) -> list[Certificate]:
        waiting = purchase.waiting
        if waiting is None or waiting.kind is Kind.REFUND:
            return []
        return [
            self.known(number).model_copy(update={"seller": ""}) for number in _numbers(waiting)
        ]

    def no_more(self, purchase: Purchase, ident: str) -> list[Certificate]:
        """One operation of those that pay is not to be any more."""
        gone = purchase.vouchers.pop(ident)
        one = self.known(gone.number)
        left = purchase.by_certificates.get(one.id, 0)
        if left:
            one.held[purchase.id] = left
        else:
            one.held.pop(purchase.id, None)
        return [one]

    # --- the second phase

    def confirmed(self, purchase: Purchase, asked: Asked) -> list[Certificate]:
        """Those that paid, and those that were sold: from now on they pay."""
        made = []
        for number, amount in purchase.by_certificates.items():
            one = self.known(number)
            del one.held[purchase.id]
            one.left -= amount
            made.append(_looked_at(one))
        for number, amount in _numbers(asked).items():
            one = self.known(number)
            one.value = one.left = amount
            made.append(_looked_at(one))
        return made

    def undone(self, purchase: Purchase, asked: Asked) -> list[Certificate]:
        """As if the sale had not been. Raises No: one that it sold was paid with."""
        made = []
        for number, amount in purchase.by_certificates.items():
            made.append(self._paid_back(number, amount - purchase.given_back.get(number, 0)))
        for number in _numbers(asked):
            one = self._untouched(number)
            made.append(Certificate(id=one.id))
        return made

    def come_back(self, sale: Purchase | None, asked: Asked) -> list[Certificate]:
        """What a return makes of them. Raises No: they were not sold, or did not pay, so."""
        sold = sale.waiting if sale else None
        made = []
        for number, amount in asked.back:
            paid = sale.by_certificates.get(number, 0) if sale else 0
            before = sale.given_back.get(number, 0) if sale else 0
            if not 0 < amount <= paid - before:
                raise No(_NO, f"{number}: so much was not paid with this gift certificate")
            made.append(self._paid_back(number, amount))
        for number in _numbers(asked):
            if sold is None or number not in _numbers(sold):
                raise No(_NO, f"{number}: this gift certificate is not in the sale")
            one = self._untouched(number)
            one.state, one.left = CertificateState.CANCELED, 0
            made.append(one)
        return made

    def _paid_back(self, number: str, amount: Amount) -> Certificate:
        one = self.known(number)
        if one.state is not CertificateState.CANCELED:
            one.left += amount
        return _looked_at(one)

    def _untouched(self, number: str) -> Certificate:
        one = self.known(number)
        if one.left != one.value or one.held or one.state is not CertificateState.ACTIVATED:
            raise No(_NO, f"{number}: this gift certificate was paid with, or came back")
        return one


def _free(one: Certificate, but: str = "") -> Amount:
    """What it may still pay, with what is held for purchases other than ``but``."""
    return one.left - sum(part for name, part in one.held.items() if name != but)


def _looked_at(one: Certificate) -> Certificate:
    if one.state is not CertificateState.CANCELED:
        one.state = CertificateState.ACTIVATED if one.left else CertificateState.REDEEMED
    return one


def _numbers(asked: Asked) -> dict[str, Amount]:
    """Certificates among the goods, with what each is sold for. Raises No."""
    made: dict[str, Amount] = {}
    for line, number in asked.sold:
        if number in made or line.quantity != ONE or line.amount <= 0:
            raise No(_NO, f"{number}: each gift certificate is one piece, and costs something")
        made[number] = line.amount
    return made
