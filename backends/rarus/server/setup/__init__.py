"""The methods that set a service up: shops, goods, cards, holders, and its rules to read."""
