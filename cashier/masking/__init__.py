"""Names, phones, cards and secrets, masked wherever an exchange is shown or written out."""
