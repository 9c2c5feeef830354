"""Texts of chains for the tests: only what a test is about has to be written."""

from backends.set10.config import ChainFile, read_chain

FILTERS = "ru.crystals.loyal.providers.set.filters."
CUSTOM = "ru.crystals.loyal.providers.CustomSetLoyProvider"
CLASSIC = "ru.crystals.loyal.providers.ClassicSetLoyProvider"
ACTIONS = '<property name="actionsProvider" ref="loy-actions-provider"/>'
SETTINGS = """
<property name="staleFeedbackSendIntervalSeconds" value="120"/>
<property name="maxStaleFeedbackToSend" value="5"/>"""
BEANS = "".join(
    f'<bean id="{name}-loy-provider" class="{of_class}">{ACTIONS}</bean>\n'
    for name, of_class in {
        "classic-set10": CLASSIC,
        "set-machine": "ru.crystals.pos.loyal.sm.SetMachineLoyProvider",
        "loymax": "ru.crystals.pos.loyal.loymax.LoymaxLoyProvider",
        "kopilka": "ru.crystals.pos.loyal.kopilka.KopilkaLoyProvider",
        "set-api": "ru.crystals.pos.loyal.SetApiPluginLoyProvider",
    }.items()
)
ROUNDING = f'<bean class="{FILTERS}RoundingSetActionsFilter"/>'
SET_API, LOYMAX = '<ref bean="set-api-loy-provider"/>', '<ref bean="loymax-loy-provider"/>'
MANZANA = '<bean class="ru.crystals.pos.loyal.ml.ManzanaLoyProvider"/>'


def simple(name: str) -> str:
    return f'<bean class="{FILTERS}{name}SetActionsFilter"/>'


def both(*filters: str, of: str = "And") -> str:
    return (
        f'<bean class="{FILTERS}SetActions{of}Filter"><property name="filters"><list>'
        f"{''.join(filters)}</list></property></bean>"
    )


def turned(host: str) -> str:
    return (
        f'<bean class="{FILTERS}SetActionsNotFilter"><property name="hostFilter">{host}'
        "</property></bean>"
    )


def own(lets: str = "") -> str:
    """Set10 with a filter."""
    held = f'<property name="filter">{lets}</property>' if lets else ""
    return f'<bean class="{CUSTOM}">{ACTIONS}{held}</bean>'


def text(*rows: str, beans: str = BEANS, settings: str = SETTINGS) -> str:
    """Each row stands on a line of its own; the first one in line 5."""
    listed = "".join(f"{row}\n" for row in rows)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<beans xmlns="http://www.springframework.org/schema/beans">\n'
        '<bean id="loy-actions-provider" '
        'class="ru.crystals.loyal.actions.provider.InMemoryLoyActionsProvider"/>\n'
        '<bean id="loy-providers-registry" '
        'class="ru.crystals.loyal.providers.LoyProvidersRegistryImpl"><property name="providers">'
        f"<list>\n{listed}</list></property>{settings}</bean>\n{beans}</beans>\n"
    )


def read(*rows: str, beans: str = BEANS, settings: str = SETTINGS) -> ChainFile:
    return read_chain(text(*rows, beans=beans, settings=settings), "chain.xml")
