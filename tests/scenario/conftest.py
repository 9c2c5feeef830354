"""Scenarios written in a test, and stages for them."""

import pytest

from cashier import i18n


@pytest.fixture(autouse=True)
def in_english() -> None:
    i18n.set_language("en")


collect_ignore = ["written.yaml"]  # it is compared with, not run
