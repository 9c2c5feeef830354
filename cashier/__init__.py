"""The till: the cashier's work without a screen and without a network."""
