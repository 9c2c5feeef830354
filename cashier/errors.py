"""What the cashier may be told: every expected trouble is one of these, with a sentence for him."""


class CashierError(Exception):
    """Expected trouble. ``str`` of it is a sentence in the language of the till."""


class NotNow(CashierError):
    """The command is not allowed in this state; nothing changed."""


class BadInput(CashierError):
    """What was typed or scanned makes no sense here; nothing changed."""


class StorageError(CashierError):
    """The disk did not take it: the sale is not finished, the receipt is kept."""


class ConfigError(CashierError):
    """A shop card, a rules file or a catalogue is wrong; names file, line and field."""


class FolderBusy(CashierError):
    """Another till works on this data folder."""
