"""The server made: the wire in front of the embedded system, whose data last."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from backends.fronting import tellable
from backends.house import HouseBackend
from backends.house.rules import Rules
from backends.house.rules_file import RulesFile
from backends.rarus.server.app import Server
from backends.rarus.server.filling import fill
from backends.rarus.server.service import Service
from backends.rarus.server.store import Store
from backends.rarus.server.tokens import Tokens
from backends.rarus.wire.base import milliseconds
from backends.rarus.wire.shops import Shop
from backends.serving import Premises
from cashier import fixtures
from cashier.catalog import Catalog
from cashier.clock import Clock, Ids
from cashier.errors import ConfigError, StorageError
from cashier.exchange import PhoneMessage, Unavailable
from cashier.i18n import _, language
from cashier.shop import beside


def make_app(premises: Premises) -> Server:
    """For ``cashier serve rarus``. Raises ConfigError."""
    shop = premises.shop
    rules = premises.rules or fixtures.path("loyalty.toml")
    file = RulesFile.open(rules, premises.folder / "loyalty.toml")
    catalog = Catalog.load(beside(premises.card, shop.goods), language(), shop.money)
    try:
        service = make_service(
            file.rules,
            folder=premises.folder,
            accounts={premises.login: premises.password},
            clock=premises.clock,
            ids=premises.ids,
            phone=premises.phone,
            session=premises.session,
        )
        somewhere = Decimal(0)  # for those who expect numbers
        place = Shop(
            id=shop.shop,
            name=shop.name,
            address=shop.address,
            latitude=somewhere,
            longitude=somewhere,
        )
        fill(service.store, place, catalog, milliseconds(premises.clock.now()))
        if service.store.put_aside is not None:
            text = _("The data of the server were damaged; they are put aside as {name}.")
            logging.getLogger(__name__).warning(text.format(name=service.store.put_aside.name))
    except (StorageError, Unavailable) as error:
        raise ConfigError(str(error)) from error
    return Server(service)


def make_service(
    rules: Rules,
    *,
    folder: Path | None,
    accounts: Mapping[str, str],
    clock: Clock,
    ids: Ids,
    phone: Callable[[PhoneMessage], None],
    session: timedelta = timedelta(hours=12),
) -> Service:
    """The embedded system with these rules, and what this wire knows besides.

    ``folder`` None: all in memory. ``accounts``: passwords by login. Raises ConfigError for rules
    that this wire cannot tell, StorageError and Unavailable for data that cannot be used.
    """
    house = HouseBackend(
        folder / "loyalty.db" if folder else None,
        tellable(rules),
        clock=clock,
        ids=ids,
        phone=phone,
    )
    return service_of(
        house, folder=folder, accounts=accounts, clock=clock, ids=ids, session=session
    )


def service_of(
    house: HouseBackend,
    *,
    folder: Path | None,
    accounts: Mapping[str, str],
    clock: Clock,
    ids: Ids,
    session: timedelta = timedelta(hours=12),
) -> Service:
    """This embedded system, made with ``tellable`` rules. Raises StorageError, Unavailable."""
    keeper = house.keeping()
    store = Store.open(folder / "rarus.db" if folder else None, keeper.rules.groups())
    keeper.rules.limit_points(store.segments.payable)
    tokens = Tokens(clock, ids, accounts, life=session)
    return Service(house, keeper, store, tokens, clock, ids)
