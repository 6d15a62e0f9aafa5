"""Which drawing something gets: decided by what it is about, in its particulars by its slug."""

import hashlib
import random
from dataclasses import dataclass

from datasets.pictures import motifs
from datasets.pictures.shapes import HEIGHT, WIDTH

# A sheet has as many columns as rows, and shows each of its drawings more than once.
ROWS, DRAWINGS, GAP = 3, 4, 12
# What is thrown for a subject. Of many numbers this one gives neighbours of the launch posts different
# colours.
EDITION = "610"
# To be changed with what is drawn, so that pictures kept somewhere are no longer asked for.
DRAWN = "2"
MODALITIES = {
    "radiography": motifs.ribs, "mammography": motifs.ribs,
    "ct": motifs.slices, "low-dose-ct": motifs.slices, "pet": motifs.slices, "pet-ct": motifs.slices,
    "mri": motifs.waves, "structural-mri": motifs.waves, "multiparametric-mri": motifs.waves,
    "functional-mri": motifs.waves, "diffusion-mri": motifs.waves, "dce-mri": motifs.waves,
    "ultrasound": motifs.echo, "echocardiography": motifs.echo,
    "endoscopy": motifs.vessels, "fundus-photography": motifs.vessels, "oct": motifs.vessels,
    "whole-slide-imaging": motifs.cells, "histology-images": motifs.cells,
    "eeg": motifs.pulse, "meg": motifs.pulse, "radiology-report": motifs.text,
}  # fmt: skip
# Beginnings of words in a title or standfirst, the more telling first.
WORDS = (
    (("survival", "prognos", "mortality", "hazard"), motifs.steps),
    (("cardi", "heart", "ecg", "arrhythm"), motifs.pulse),
    (("questionnaire", "scale", "survey", "attitude", "item"), motifs.answers),
    (("language", "text", "note", "scribe", "document", "report"), motifs.text),
    (("patholog", "histolog", "cell", "biops", "tissue"), motifs.cells),
    (("ultrasound", "echo"), motifs.echo),
    (("retina", "eye", "fundus", "endoscop"), motifs.vessels),
    (("radiograph", "x-ray", "chest"), motifs.ribs),
    (("ct", "tomograph", "lung", "scan"), motifs.slices),
    (("mri", "magnetic", "brain"), motifs.waves),
)
OTHERWISE = (motifs.network, motifs.waves, motifs.network)
# (ground, ink, soft, spot) by day and by night.
PALETTES = (
    (("#dcebe7", "#0b5c56", "#9cc9c0", "#d98a1c"), ("#12302c", "#7fd0c4", "#2b625b", "#f0b65a")),
    (("#dfe8f4", "#1f4f9b", "#a9c3e8", "#d9653b"), ("#14243d", "#9dc2ff", "#30507f", "#f39a74")),
    (("#efe4f4", "#5b2a86", "#c9abdf", "#cf861a"), ("#281a38", "#d3b0f5", "#5a3c7a", "#f2bd63")),
    (("#f6e6df", "#8c3317", "#e2b09c", "#1d6b66"), ("#33190f", "#f2a98f", "#77412d", "#7fd0c4")),
    (("#e3e9ec", "#2b3f4c", "#a6b8c2", "#c1442e"), ("#1b262d", "#b9cad4", "#42575f", "#ff9c7d")),
    (("#f5ecd3", "#6f4d08", "#dcc07c", "#2b5fa8"), ("#2d230f", "#f0cf85", "#6c5520", "#9dc2ff")),
)


@dataclass(frozen=True)
class Subject:
    """What a drawing is made from. Two subjects that are equal have the same picture.

    ``modalities`` are slugs, the most important first; ``many`` asks for a sheet of small drawings.
    """

    slug: str
    words: str = ""
    modalities: tuple = ()
    many: bool = False

    @property
    def mark(self):
        """Names the picture: it changes whenever the picture does."""
        told = "\n".join([EDITION, DRAWN, self.slug, self.words, *self.modalities, str(self.many)])
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def dice(self):
        return random.Random(f"{EDITION} {self.slug}")

    @property
    def palette(self):
        """(by day, by night), each ground, ink, soft and spot."""
        return self.dice().choice(PALETTES)

    def drawings(self):
        """The drawings, each a list of shapes: one, or those of a sheet."""
        dice = self.dice()
        dice.random()  # The first throw is the palette's.
        chosen = self.motifs()
        if not self.many:
            return [chosen[0](dice)]
        return [chosen[number % len(chosen)](dice) for number in range(self.count())]

    def tiles(self):
        """Where the drawings are put: (number of the drawing, x, y, scale, mirrored)."""
        if not self.many:
            return [(0, 0, 0, 1, False)]
        count = self.count()
        scale = (HEIGHT - GAP * (ROWS + 1)) / ROWS / HEIGHT
        gap = (WIDTH - ROWS * WIDTH * scale) / (ROWS + 1)
        return [
            (
                (column + 3 * row) % count,
                gap + column * (WIDTH * scale + gap),
                GAP + row * (HEIGHT * scale + GAP),
                scale,
                row == 1,
            )
            for row in range(ROWS)
            for column in range(ROWS)
        ]

    def count(self):
        """How many drawings a sheet has: one more than motifs, so that no two tiles beside each other are alike."""
        return min(DRAWINGS, len(self.motifs()) + 1)

    def motifs(self):
        """The motifs that fit, best first; never none."""
        found = [MODALITIES[slug] for slug in self.modalities if slug in MODALITIES]
        if not found:
            found = [motif for beginnings, motif in WORDS if self.has_word(beginnings)]
        return list(dict.fromkeys(found)) or [self.dice().choice(OTHERWISE)]

    def has_word(self, beginnings):
        words = self.words.lower().replace("-", " ").split()
        return any(word.startswith(beginnings) for word in words)
