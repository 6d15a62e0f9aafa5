"""A drawing as SVG, by day and by night in one file."""

from datasets.pictures.shapes import HEIGHT, INK, SOFT, SPOT, WIDTH, Disc

# The file's own policy: its colours are a style sheet inside it, and nothing else is wanted.
POLICY = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]}
LETTERS = {INK: "i", SOFT: "s", SPOT: "p"}


def svg(subject):
    """The picture of a subject as the text of an SVG file, without words in it."""
    day, night = subject.palette
    drawings = "".join(
        f'<symbol id="d{number}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect class="g" width="{WIDTH}" height="{HEIGHT}"/>{"".join(map(written, shapes))}</symbol>'
        for number, shapes in enumerate(subject.drawings())
    )
    places = "".join(map(put, subject.tiles()))
    sheet = "h" if subject.many else "g"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<style>.h{{fill:{day[1]}}}{colours(day)}"
        # What is ink by day would glare around the pictures by night.
        f"@media(prefers-color-scheme:dark){{.h{{fill:{night[2]}}}{colours(night)}}}"
        "path,circle{stroke-linejoin:round;stroke-linecap:round}</style>"
        f'<rect class="{sheet}" width="{WIDTH}" height="{HEIGHT}"/>{drawings}{places}</svg>'
    )


def colours(palette):
    """Rules for each tone: filled, and under the capital letter drawn as a line."""
    ground, *tones = palette
    rules = [f".g{{fill:{ground}}}"]
    for letter, colour in zip(LETTERS.values(), tones, strict=True):
        rules.append(f".{letter}{{fill:{colour}}}")
        rules.append(f".{letter.upper()}{{fill:none;stroke:{colour}}}")
    return "".join(rules)


def put(tile):
    number, x, y, scale, mirrored = tile
    size = f'width="{short(WIDTH * scale)}" height="{short(HEIGHT * scale)}"'
    if mirrored:
        turned = f"translate({short(x + WIDTH * scale)} {short(y)}) scale(-1 1)"
        return f'<use href="#d{number}" {size} transform="{turned}"/>'
    return f'<use href="#d{number}" x="{short(x)}" y="{short(y)}" {size}/>'


def written(shape):
    """One shape as an element."""
    letter = LETTERS[shape.tone]
    if isinstance(shape, Disc):
        drawn = f'cx="{short(shape.x)}" cy="{short(shape.y)}" r="{short(shape.radius)}"'
        if shape.width:
            return f'<circle class="{letter.upper()}" {drawn} stroke-width="{short(shape.width)}"/>'
        return f'<circle class="{letter}" {drawn}/>'
    (x, y), *rest = shape.points
    path = f"M{short(x)} {short(y)}L" + " ".join(f"{short(x)} {short(y)}" for x, y in rest)
    path += "z" if shape.closed else ""
    if shape.filled:
        return f'<path class="{letter}" d="{path}"/>'
    return f'<path class="{letter.upper()}" stroke-width="{short(shape.width)}" d="{path}"/>'


def short(number):
    """A number as briefly as can be told apart on a screen."""
    return f"{number:.1f}".removesuffix(".0")
