"""Lists in pages."""

from collections.abc import Sequence
from typing import TypeVar

from backends.rarus.server.failures import nothing_found
from backends.rarus.wire.base import Pages, Pagination

T = TypeVar("T")


def pagination(asked: Pages, items: int) -> Pagination:
    """Where in a list of so many a page is. Raises Failure: there is nothing on this page.

    That empty lists are 404 with 114 is documented of some; ours all are.
    """
    pages = -(-items // asked.per_page)
    if not items or asked.page > pages:
        raise nothing_found()
    return Pagination(page=asked.page, per_page=asked.per_page, items=items, pages=pages)


def paged(things: Sequence[T], asked: Pages) -> tuple[Sequence[T], Pagination]:
    """What stands on a page. Raises Failure: nothing."""
    told = pagination(asked, len(things))
    start = (asked.page - 1) * asked.per_page
    return things[start : start + asked.per_page], told
