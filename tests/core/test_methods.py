"""The table of methods and the backends that treat them alike say what the exchange says."""

import inspect

from cashier.exchange import Backend
from cashier.methods import METHODS
from cashier.uniform import Uniform

ASKED = {name for name in vars(Backend) if not name.startswith("_")} - {"close"}


def test_every_method_of_the_exchange_stands_in_the_table() -> None:
    assert set(METHODS) == ASKED


def test_the_table_says_what_each_method_takes() -> None:
    for name, method in METHODS.items():
        (_self, request) = inspect.signature(getattr(Backend, name)).parameters.values()
        assert request.annotation is method.request, name


def test_a_uniform_backend_has_them_all() -> None:
    assert set(vars(Uniform)) >= ASKED
