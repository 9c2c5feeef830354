"""What both wires of Loymax have in common: operations and what came of them, codes, words."""
