"""How the tables of datasets and tools are shown: cells, facets, chips and links, ready for the templates.

HTML of what repeats by the hundred (options of facets, rows) is written here, not
in templates, whose nodes would cost several times the query itself.
"""
