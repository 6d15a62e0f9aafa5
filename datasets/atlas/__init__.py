"""The map of the catalogue: where its datasets lie by modality and anatomy, and when they came, by size and licence family.

All figures are counts and maxima of the Index's sets. The HTML and SVG of what repeats by the hundred is
written here, not in templates.
"""
