"""django-oscar's offer application, run by its own interpreter.

Prepares a basket of as many different products as the first line of input says and one offer of
10 % on everything; then every further line is one application, answered by its nanoseconds.
"""

import sys
import time
from decimal import Decimal

import django
from django.conf import settings
from django.core.management import call_command
from oscar import INSTALLED_APPS
from oscar.defaults import *  # noqa: F403  # the settings of oscar are made this way

settings.configure(
    **{name: value for name, value in globals().items() if name.startswith("OSCAR_")},
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=INSTALLED_APPS,
    HAYSTACK_CONNECTIONS={
        "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"},
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    SITE_ID=1,
    SECRET_KEY="benchmark",  # noqa: S106  # nothing is served
    USE_TZ=True,
)
django.setup()
call_command("migrate", verbosity=0)

from oscar.core.loading import get_class, get_model  # noqa: E402  # only after the set-up
from oscar.test.factories import create_product  # noqa: E402

Applicator = get_class("offer.applicator", "Applicator")
Default = get_class("partner.strategy", "Default")
Basket = get_model("basket", "Basket")
Range = get_model("offer", "Range")
Condition = get_model("offer", "Condition")
Benefit = get_model("offer", "Benefit")
ConditionalOffer = get_model("offer", "ConditionalOffer")


def make_offer() -> None:
    everything = Range.objects.create(name="everything", includes_all_products=True)
    ConditionalOffer.objects.create(
        name="10 %",
        condition=Condition.objects.create(range=everything, type="Count", value=1),
        benefit=Benefit.objects.create(range=everything, type="Percentage", value=10),
    )


def make_basket(count: int):  # models of oscar have no types
    basket = Basket.objects.create()
    basket.strategy = Default()
    for number in range(count):
        basket.add_product(create_product(price=Decimal("10.00") + number, num_in_stock=1000))
    return basket


def apply(basket) -> int:
    basket.reset_offer_applications()
    start = time.perf_counter_ns()
    Applicator().apply(basket)
    took = time.perf_counter_ns() - start
    assert basket.total_discount > 0
    return took


def main() -> None:
    make_offer()
    basket = make_basket(int(sys.stdin.readline()))
    print(apply(basket), flush=True)
    for _line in sys.stdin:
        print(apply(basket), flush=True)


main()
