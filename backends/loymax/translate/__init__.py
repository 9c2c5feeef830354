"""Between messages of Processing v1.2 and what both wires of Loymax have in common, pure, both
ways. What cannot be right raises ValueError."""
