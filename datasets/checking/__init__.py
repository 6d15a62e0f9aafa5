"""Whether records may be used together: what they share, and what their licences allow.

``graph`` holds the relations and finds paths, ``overlap`` says what a path means for two
records, ``licences`` knows which licences an adaptation can carry, ``terms`` what may be done
with the set, ``testsets`` what could test it, ``picture`` draws it, ``report`` is all of it.
"""
