"""The chain of loyalty systems: what every link makes of the receipt, and other orders of them."""
