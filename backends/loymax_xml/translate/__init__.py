"""Between documents and the exchange, pure, both ways. What cannot be right raises ValueError."""
