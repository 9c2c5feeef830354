"""Makes the pictures of the documents from the real program: python docs/pictures.py"""

import asyncio
import shutil
import tempfile
from pathlib import Path

from backends.plug import PluggedBackend
from cashier.opening import Place, open_till
from screens.app import TillApp

HERE = Path(__file__).parent / "pictures"
CODE = "the code on the customer's phone"
SALE = ("4600000000015", "3*4600000000114", "2900000000032", "10901", "3*10402")


async def take(name: str, language: str, keys: list[str], size: tuple[int, int]) -> None:
    """Type ``keys`` into a fresh till and keep the picture as ``name``.svg."""
    folder = Path(tempfile.mkdtemp())

    def make_till():  # type: ignore[no-untyped-def]
        def plug(make, clock):  # type: ignore[no-untyped-def]
            plugged = PluggedBackend(make, clock)
            return plugged, plugged

        return open_till(Place.of(None, str(folder), language), plug)

    app = TillApp(make_till, language=language, theme_name="dark")
    async with app.run_test(size=size) as pilot:
        await app.ready.wait()
        for key in keys:
            if key == CODE:
                assert app.desk is not None
                key = app.desk.phone[-1].code
            for press in [key] if key.startswith(("f", "enter", "down", "up", "ctrl")) else key:
                await pilot.press("asterisk" if press == "*" else press)
            await app.desk.idle()
            await pilot.pause()
        (HERE / f"{name}.svg").write_text(app.export_screenshot(title="cashier"))
    shutil.rmtree(folder)


def typed(*codes: str) -> list[str]:
    return [key for code in codes for key in (code, "enter")]


async def main() -> None:
    HERE.mkdir(exist_ok=True)
    sale = [*typed(*SALE), "enter"]
    await take("sale", "en", sale, (120, 36))
    await take("sale-ru", "ru", sale, (120, 36))
    phone = [*typed(*SALE[:2], "+79001234503", CODE), "enter", "f5", "100"]
    await take("points", "en", phone, (120, 36))
    sold = [*sale, "f10", *typed("R0101-000001"), "down", "+", "+"]
    await take("return", "en", sold, (80, 24))


if __name__ == "__main__":
    asyncio.run(main())
