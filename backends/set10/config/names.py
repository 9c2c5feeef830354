"""Names of the vendor: beans, classes, properties (the document on the order of providers)."""

NAMESPACE = "http://www.springframework.org/schema/beans"
REGISTRY = "loy-providers-registry"
"""The bean whose list ``providers`` is the chain."""
REGISTRY_CLASS = "ru.crystals.loyal.providers.LoyProvidersRegistryImpl"
CUSTOM = "ru.crystals.loyal.providers.CustomSetLoyProvider"
"""Set10 with a filter."""
CLASSIC = "ru.crystals.loyal.providers.ClassicSetLoyProvider"
"""Set10 as a whole."""
OWN = "set10"

PROVIDERS = {
    CLASSIC: OWN,
    CUSTOM: OWN,
    "ru.crystals.pos.loyal.SetApiPluginLoyProvider": "set-api",
    "ru.crystals.pos.loyal.ml.ManzanaLoyProvider": "manzana",
    "ru.crystals.pos.loyal.sc.SCLoyProvider": "smart-checkout",
    "ru.crystals.pos.loyal.loymax.LoymaxLoyProvider": "loymax",
    "ru.crystals.pos.loyal.kopilka.KopilkaLoyProvider": "kopilka",
    "ru.crystals.pos.loyal.sm.SetMachineLoyProvider": "set-machine",
}
"""Providers by their class (table 1)."""
CLASSES = {provider: name for name, provider in PROVIDERS.items() if provider != OWN}
BEANS = {
    "classic-set10-loy-provider": CLASSIC,
    "set-api-loy-provider": CLASSES["set-api"],
    "loymax-loy-provider": CLASSES["loymax"],
    "kopilka-loy-provider": CLASSES["kopilka"],
    "set-machine-loy-provider": CLASSES["set-machine"],
}
"""Beans that the shipped file defines, by id."""

FILTERS = "ru.crystals.loyal.providers.set.filters."
"""Before the name of a filter's class."""
AND, OR, NOT = "SetActionsAndFilter", "SetActionsOrFilter", "SetActionsNotFilter"
HOST = "hostFilter"
"""The property of the filter that is turned round."""
ACTIONS, ACTIONS_BEAN = "actionsProvider", "loy-actions-provider"
"""Where a provider has its advertising actions from."""
ACTIONS_CLASS = "ru.crystals.loyal.actions.provider.InMemoryLoyActionsProvider"
ELSEWHERE = frozenset({"actions-cache"})
"""Beans that the shipped file refers to and does not define."""
INTERVAL, BATCH = "staleFeedbackSendIntervalSeconds", "maxStaleFeedbackToSend"
SHIPPED_INTERVAL, SHIPPED_BATCH = 120, 5
