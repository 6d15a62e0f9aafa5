"""A picture for links on other sites: the drawing with the words that belong to it, 1200 by 630."""

import io
from functools import cache

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from datasets.pictures.shapes import HEIGHT, INK, SOFT, SPOT, WIDTH, Disc

SIZE = ACROSS, DOWN = 1200, 630
MARGIN, COLUMN = 64, 660
# Drawn larger and made smaller, which smooths the edges.
FINE = 2
FONTS = settings.BASE_DIR / "static" / "fonts"


def png(subject, title, above="", below=""):
    """The PNG of a subject: ``title`` large, ``above`` and ``below`` it small lines of context."""
    ground, ink, soft, spot = subject.palette[1]
    tones = {INK: ink, SOFT: soft, SPOT: spot}
    card = Image.new("RGB", SIZE, ground)
    drawn = drawing(subject, ground, tones)
    card.paste(drawn, (ACROSS - drawn.width, 0))
    pen = ImageDraw.Draw(card)
    pen.rectangle([0, 0, COLUMN + MARGIN, DOWN], fill=ground)
    pen.rectangle([0, 0, ACROSS, 10], fill=ink)
    pen.text((MARGIN, 52), above, font=font("public-sans", 26, 600), fill=ink)
    lines, face = fitting(pen, title)
    step = face.size * 1.1
    for number, line in enumerate(lines):
        pen.text((MARGIN, 110 + number * step), line, font=face, fill="#ffffff")
    pen.text((MARGIN, DOWN - 116), below, font=font("public-sans", 26, 400), fill="#ffffff")
    pen.text((MARGIN, DOWN - 74), settings.SITE_NAME, font=font("newsreader", 34, 700), fill=ink)
    file = io.BytesIO()
    card.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def drawing(subject, ground, tones):
    """The drawing with the height of the card."""
    scale = DOWN * FINE / HEIGHT
    drawings = [painted(shapes, ground, tones, scale) for shapes in subject.drawings()]
    across = round(WIDTH * scale)
    whole = Image.new("RGB", (across, DOWN * FINE), tones[INK] if subject.many else ground)
    for number, x, y, size, mirrored in subject.tiles():
        tile = drawings[number].resize(
            (round(across * size), round(DOWN * FINE * size)), Image.Resampling.LANCZOS
        )
        tile = tile.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else tile
        whole.paste(tile, (round(x * scale), round(y * scale)))
    return whole.resize((across // FINE, DOWN), Image.Resampling.LANCZOS)


def painted(shapes, ground, tones, scale):
    image = Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)), ground)
    pen = ImageDraw.Draw(image)
    for shape in shapes:
        colour, width = tones[shape.tone], max(1, round(shape.width * scale))
        if isinstance(shape, Disc):
            x, y, radius = shape.x * scale, shape.y * scale, shape.radius * scale
            filled = {"outline": colour, "width": width} if shape.width else {"fill": colour}
            pen.ellipse([x - radius, y - radius, x + radius, y + radius], **filled)
            continue
        points = [(x * scale, y * scale) for x, y in shape.points]
        if shape.filled:
            pen.polygon(points, fill=colour)
        else:
            points += points[:1] if shape.closed else []
            pen.line(points, fill=colour, width=width, joint="curve")
    return image


def fitting(pen, title):
    """(lines, font) of the title, as large as it can be in its column."""
    for size in (68, 60, 52, 46, 40):
        face = font("newsreader", size, 600)
        lines = wrapped(pen, title, face)
        if len(lines) * size * 1.1 <= DOWN - 110 - 130:
            return lines, face
    return [*lines[:7], "…"], face


def wrapped(pen, title, face):
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and pen.textlength(longer, font=face) > COLUMN:
            lines.append(word)
        else:
            lines[-1] = longer
    return [cut(pen, line, face) for line in lines]


def cut(pen, line, face):
    """A line that holds one word wider than the column, cut off."""
    while line and pen.textlength(line, font=face) > COLUMN:
        line = line[:-2] + "…" if len(line) > 2 else ""
    return line


@cache
def font(name, size, weight):
    face = ImageFont.truetype(FONTS / f"{name}.woff2", size)
    face.set_variation_by_axes([weight])
    return face
