"""Writes the tables of ``rarus.md`` and ``rarus.ru.md`` from the methods of the server itself.

    python docs/systems/rarus_methods.py

What a method does stands in English in its route, in Russian here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

from backends.rarus.server.app import ROUTES
from backends.rarus.server.routing import Route
from backends.rarus.wire.base import NOT_FOUND, Message, Pages, Pagination, Reply
from backends.rarus.wire.reasons import CODES
from cashier.exchange import Reason

HERE = Path(__file__).parent


class Section(NamedTuple):
    en: str
    ru: str
    begins: tuple[str, ...]
    """How the paths of its methods begin."""


SECTIONS = (
    Section("Signing in, settings", "Вход и настройки", ("/sign_in", "/organization/settings")),
    Section("Shops", "Магазины", ("/organization/shop",)),
    Section(
        "Goods and segments",
        "Номенклатура и сегменты",
        ("/organization/assortment", "/organization/segment"),
    ),
    Section("Cards, their levels and groups", "Карты, уровни и группы", ("/organization/card",)),
    Section("Card holders", "Держатели карт", ("/organization/user",)),
    Section(
        "The receipt: prices, sale, return",
        "Чек: расчёт, продажа, возврат",
        ("/organization/calculate", "/organization/process_bonus"),
    ),
    Section(
        "History and movements of points",
        "История и движения баллов",
        ("/organization/sale_info", "/organization/transaction"),
    ),
    Section("Coupons", "Купоны", ("/organization/coupon/", "/organization/coupon_group")),
    Section("Holds", "Блокировки", ("/organization/hold", "/organization/coupon_hold")),
    Section("Certificates", "Сертификаты", ("/organization/certificate",)),
    Section("Discounts, to be read", "Скидки, только чтение", ("/organization/discount",)),
    Section("Role `client`: a card holder himself", "Роль `client`: сам держатель", ("/user",)),
)

RUSSIAN = {
    "POST /sign_in": "Вход",
    "GET /organization": "Об организации",
    "GET /organization/settings": "Настройки",
    "GET /organization/shop": "Магазины",
    "GET /organization/shop/{id}": "Один магазин",
    "POST /organization/shop/add": "Добавить магазин",
    "POST /organization/shop/schedule": "Часы работы магазина",
    "POST /organization/shop/{id}": "Изменить магазин",
    "POST /organization/shop/{id}/delete": "Удалить магазин",
    "POST /organization/assortment/batch/add": "Добавить или изменить товары и группы",
    "GET /organization/assortment/get": "Один товар или группа",
    "GET /organization/assortment": "Товары",
    "POST /organization/assortment_properties": "Товары по свойствам, с ценами",
    "POST /organization/assortment_segment/get_assortment": "Какие товары в сегментах",
    "GET /organization/segment": "Сегменты номенклатуры",
    "GET /organization/segment/{id}": "Один сегмент",
    "POST /organization/segment/add": "Добавить сегмент",
    "POST /organization/segment/{id}": "Изменить сегмент",
    "POST /organization/segment/{id}/delete": "Удалить сегмент",
    "GET /organization/card": "Карты",
    "GET /organization/card/by_phone": "Карты по номеру телефона",
    "POST /organization/card/with_confirmation": "Карты держателя, который назвал код",
    "GET /organization/card/{id}": "Одна карта",
    "GET /organization/card/{id}/balance_info": "Баланс, партии баллов, последние движения",
    "POST /organization/card/{id}/balance": "Сколько этого чека можно оплатить баллами",
    "POST /organization/card/attach": "Привязать карту к держателю",
    "POST /organization/card/{id}/levelup": "Следующий уровень: спросить или поднять",
    "POST /organization/card/{id}/leveldown": "Предыдущий уровень: спросить или опустить",
    "POST /organization/card/add": "Добавить карту",
    "POST /organization/card/replacement": "Заменить карту другой",
    "POST /organization/card/{id}": "Изменить карту",
    "POST /organization/card/{id}/activate": "Активировать карту",
    "POST /organization/card/{id}/deactivate": "Деактивировать карту",
    "POST /organization/card/{id}/block": "Заблокировать карту",
    "POST /organization/card/{id}/unblock": "Разблокировать карту",
    "POST /organization/card/{id}/delete": "Удалить карту",
    "POST /organization/card/{id}/accumulate": "Прибавить к накоплениям",
    "GET /organization/card_group": "Группы карт",
    "GET /organization/card_group/{id}": "Одна группа карт",
    "POST /organization/card_group/add": "Добавить группу карт",
    "POST /organization/card_group/{id}": "Изменить группу карт",
    "POST /organization/card_group/{id}/delete": "Удалить пустую группу карт",
    "GET /organization/card_level": "Уровни карт",
    "POST /organization/card_level/add": "Добавить уровень: отказ, уровни задаёт файл правил",
    "POST /organization/cardsandusers/upload": "До 500 держателей с картами сразу",
    "GET /organization/user": "Держатели карт",
    "GET /organization/user/{id}": "Один держатель",
    "POST /organization/user/new": "Зарегистрировать держателя",
    "POST /organization/user/{id}/send_confirmation_code": "Отправить ему код",
    "POST /organization/user/{id}/confirm": "Он назвал код",
    "POST /organization/user/{id}": "Изменить держателя",
    "POST /organization/user/{id}/delete": "Удалить держателя; карты с баллами остаются ничьими",
    "POST /organization/calculate_document": "Цены чека",
    "POST /organization/calculate": "То же самое",
    "POST /organization/process_bonus": "Сохранить продажу или возврат",
    "GET /organization/sale_info": "Продажи и возвраты",
    "POST /organization/transaction/add": "Начислить или списать баллы вручную",
    "GET /organization/transaction": "Движения баллов, новые впереди",
    "GET /organization/coupon/{code}": "Купон; можно ли его применить",
    "GET /organization/coupon_group": "Группы купонов",
    "GET /organization/coupon_group/{id}": "Одна группа купонов",
    "POST /organization/hold/add": "Заблокировать баллы под чек",
    "GET /organization/hold": "Что заблокировано",
    "GET /organization/hold/{id}": "Одна блокировка",
    "POST /organization/hold/{id}/delete": "Вернуть баллы",
    "POST /organization/coupon_hold/add": "Заблокировать купон под чек",
    "GET /organization/coupon_hold": "Какие купоны заблокированы",
    "GET /organization/coupon_hold/{id}": "Один из них",
    "GET /organization/coupon_hold/{id}/delete": "Вернуть купон: SDK шлёт это как GET",
    "POST /organization/coupon_hold/{id}/delete": "Вернуть купон",
    "POST /organization/certificate/add": "Завести сертификат",
    "POST /organization/certificate/activate": "Сертификат продан",
    "POST /organization/certificate/pay": "Чем из сертификатов платит документ",
    "GET /organization/certificate/{id}": "Один сертификат",
    "POST /organization/certificate/{id}/delete": "Вывести из обращения",
    "GET /organization/certificate_group": "Группы сертификатов",
    "GET /organization/certificate_group/{id}": "Одна группа сертификатов",
    "POST /organization/certificate_group/add": "Добавить группу сертификатов",
    "POST /organization/certificate_group/{id}": "Изменить группу сертификатов",
    "GET /organization/discount": "Скидки",
    "GET /organization/discount/{id}": "Одна скидка",
    "GET /organization/discount_condition": "Условия скидок",
    "POST /user/sign_in/send_confirmation_code": "Отправить код для входа",
    "POST /user/new": "Зарегистрироваться самому",
    "GET /user": "Кто я",
    "PUT /user/update": "Изменить свои данные",
    "GET /user/card/get_list": "Мои карты",
    "GET /user/card/{id}/balance_info": "Баланс моей карты",
    "GET /user/sales_history": "Мои покупки",
    "POST /user/card/add": "Завести себе карту",
    "POST /user/card/attach": "Привязать карту: отправить код",
    "POST /user/card/attach/confirm": "Привязать карту: код",
}

_HEADS = {
    "en": ("method", "what it does", "asks", "answers"),
    "ru": ("метод", "что делает", "запрос", "ответ"),
}
_EMULATED = {"en": " *emulated*", "ru": " *эмуляция*"}
_PAGES = {"en": "*page*", "ru": "*страница*"}


REASONS = {
    Reason.EXPIRED: "истёк срок",
    Reason.NOT_YET_VALID: "ещё не действует",
    Reason.USED_UP: "уже использовано",
    Reason.WRONG_CUSTOMER: "принадлежит другому покупателю",
    Reason.WRONG_SHOP: "не действует в этом магазине",
    Reason.WRONG_GOODS: "не для этих товаров",
    Reason.MINIMUM_NOT_REACHED: "не набран минимум",
    Reason.NOT_COMBINABLE: "не сочетается с другими",
    Reason.BLOCKED: "заблокировано",
    Reason.LIMIT_EXCEEDED: "превышен предел",
    Reason.WRONG_CODE: "неверный код",
    Reason.TOO_MANY_ATTEMPTS: "слишком много попыток",
    Reason.ALREADY_PROCESSED: "уже выполнено",
    Reason.OTHER: "прочее",
}


def reasons(language: str) -> str:
    """The codes of refusals that are ours, as Markdown."""
    rows = [
        f"| {code} | {reason.value.replace('_', ' ') if language == 'en' else REASONS[reason]} |"
        for reason, code in CODES.items()
        if code != NOT_FOUND
    ]
    head = "| `code` | reason |" if language == "en" else "| `code` | причина |"
    return "\n".join([head, "|---|---|", *rows])


def methods(language: str) -> str:
    """All methods by sections, as Markdown."""
    parts = []
    for section in SECTIONS:
        rows = [_row(route, language) for route in ROUTES if _section(route) is section]
        title = section.en if language == "en" else section.ru
        head = f"| {' | '.join(_HEADS[language])} |\n|---|---|---|---|"
        parts.append("\n".join([f"### {title}", "", head, *rows]))
    return "\n\n".join(parts)


def _section(route: Route) -> Section:
    fitting = [
        (len(begin), section)
        for section in SECTIONS
        for begin in section.begins
        if route.path.startswith(begin)
    ]
    if not fitting:
        return SECTIONS[0]
    return max(fitting, key=lambda one: one[0])[1]


def _row(route: Route, language: str) -> str:
    name = f"{route.method} {route.path}"
    about = (route.about if language == "en" else RUSSIAN[name]).replace("|", "\\|")
    about += _EMULATED[language] if route.emulated else ""
    asked = _keys(route.request, language)
    told = _keys(route.reply, language, but=Reply)
    return f"| `{name}` | {about} | {asked} | {told} |"


def _keys(model: type[Message], language: str, but: type[Message] | None = None) -> str:
    hidden = set(but.model_fields) if but else set()
    if issubclass(model, Pages):
        hidden |= set(Pages.model_fields)
    keys = [
        f"`{field.alias or name}{'[]' if _is_list(field.annotation) else ''}`"
        for name, field in sorted(model.model_fields.items(), key=lambda one: one[0] != "id")
        if name not in hidden
    ]
    if issubclass(model, Pages):
        keys.append(_PAGES[language])
    return ", ".join(keys)


def _is_list(annotation: Any) -> bool:
    return "tuple" in str(annotation)


def objects(language: str) -> str:
    """The keys of what lies inside of requests and answers, as Markdown."""
    found: dict[str, type[Message]] = {}
    for route in ROUTES:
        for model in (route.request, route.reply):
            for inner in _inside(model):
                found.setdefault(inner.__name__, inner)
    rows = [
        f"| `{name}` | {_keys(model, language)} |"
        for name, model in sorted(found.items())
        if model is not Pagination
    ]
    head = "| object | keys |" if language == "en" else "| объект | ключи |"
    return "\n".join([head, "|---|---|", *rows])


def _inside(model: type[Message]) -> Iterator[type[Message]]:
    for field in model.model_fields.values():
        for inner in _models(field.annotation):
            yield inner
            yield from _inside(inner)


def _models(annotation: Any) -> Iterator[type[Message]]:
    if isinstance(annotation, type) and issubclass(annotation, Message):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def written(text: str, language: str) -> str:
    """A page with its tables as they are now."""
    tables = {
        "reasons": reasons(language),
        "methods": methods(language),
        "objects": objects(language),
    }
    for name, table in tables.items():
        begin, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
        before, _begin, rest = text.partition(begin)
        _old, found, after = rest.partition(end)
        assert found, f"the page has no place for {name}"
        text = f"{before}{begin}{table}{end}{after}"
    return text


PAGES = {"en": HERE / "rarus.md", "ru": HERE / "rarus.ru.md"}

if __name__ == "__main__":
    for language, page in PAGES.items():
        page.write_text(written(page.read_text(), language))
