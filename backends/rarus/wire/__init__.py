"""Messages of the Rarus service, first generation of its API, with the vendor's names.

``base`` is what they have in common, ``kinds`` and ``reasons`` the codes that no source documents.
A till says and hears ``signing``, ``people``, ``receipt`` and ``extras``; setting a service up
takes the rest.
"""
