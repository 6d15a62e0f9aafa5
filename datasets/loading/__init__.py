"""The catalogue as four JSON files: read, checked, loaded and written out again.

``shapes`` says what values look like, ``files`` reads them, ``rows`` turns an entry
into rows and back, ``checks`` finds every fault before anything is written,
``decide`` says what becomes of each entry, ``upsert`` writes it, ``report`` tells.
"""
