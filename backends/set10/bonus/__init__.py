"""The bonus account service of SetRetail10 (``ExternalSystemCardsProcessing``, SOAP).

Known are its address, its namespace, six methods and what they are asked, and some of what they
answer. The rest is *emulated*: ``docs/systems/set10-bonus.md`` tells which.
"""
