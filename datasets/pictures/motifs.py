"""What is drawn: one function per motif, each the figure that its field knows from its own screens.

Each takes a ``random.Random`` that decides the particulars, and fills the canvas.
"""

import math

from datasets.pictures.shapes import HEIGHT, INK, SOFT, SPOT, WIDTH, Disc, Line, arc, bar, ring


def slices(dice):
    """Tomography: a body cut across, contour within contour, and one finding."""
    x, y = WIDTH / 2 + dice.uniform(-30, 30), HEIGHT / 2
    wobble = [(waves, dice.uniform(0.01, 0.06), dice.uniform(0, 6)) for waves in (2, 3, 5)]
    shapes = [ring(x, y, 250, 178, wobble=wobble, tone=SOFT, filled=True)]
    for step in range(7):
        size = 1 - step * 0.07
        shapes.append(ring(x, y, 250 * size, 178 * size, wobble=wobble, width=2.5))
    for side in (-1, 1):
        lung = [(waves, dice.uniform(0.03, 0.09), dice.uniform(0, 6)) for waves in (1, 2, 3)]
        for step in range(5):
            size = 1 - step * 0.2
            shapes.append(ring(x + side * 78, y - 8, 54 * size, 84 * size, wobble=lung, width=2))
    side = dice.choice((-1, 1))
    shapes.append(Disc(x + side * 84, y + dice.uniform(-50, 40), dice.uniform(12, 20), SPOT))
    return shapes


def cells(dice):
    """Pathology: a field of cells with their nuclei; a few stand out."""
    shapes, size = [], dice.choice((44, 52, 60))
    for row in range(-1, HEIGHT // size + 2):
        for column in range(-1, WIDTH // size + 2):
            x = (column + row % 2 / 2) * size + dice.uniform(-0.18, 0.18) * size
            y = row * size * 0.9 + dice.uniform(-0.18, 0.18) * size
            radius = size * dice.uniform(0.36, 0.5)
            odd = dice.random() < 0.09
            shapes.append(Disc(x, y, radius, SOFT))
            shapes.append(
                Disc(
                    x + dice.uniform(-0.2, 0.2) * radius,
                    y + dice.uniform(-0.2, 0.2) * radius,
                    radius * (0.62 if odd else dice.uniform(0.26, 0.42)),
                    SPOT if odd else INK,
                )
            )
    return shapes


def ribs(dice):
    """Radiography: a chest from the front."""
    x = WIDTH / 2 + dice.uniform(-20, 20)
    shapes = [bar(x - 13, 0, 26, HEIGHT)]
    shapes += [bar(x - 17, top, 34, 12, INK) for top in range(14, HEIGHT, 34)]
    droop = dice.uniform(0.12, 0.2)
    for row in range(9):
        top, reach = 20 + row * 44, 130 + 90 * math.sin(math.pi * (row + 2) / 12)
        for side in (-1, 1):
            points = [
                (x + side * (20 + reach * t), top - 46 * math.sin(math.pi * t * 0.8) + reach * droop * t * 4 * t)
                for t in (step / 14 for step in range(15))
            ]  # fmt: skip
            shapes.append(Line(points, SOFT if row % 2 else INK, 6))
    side = dice.choice((-1, 1))
    shapes.append(
        Disc(x + side * dice.uniform(90, 150), dice.uniform(130, 260), dice.uniform(18, 28), SPOT)
    )
    return shapes


def echo(dice):
    """Ultrasound: a fan of echoes."""
    x, shapes = WIDTH / 2 + dice.uniform(-60, 60), []
    low, high = 0.25 - 0.13, 0.25 + 0.13
    for step in range(1, 17):
        radius = step * 25
        shapes.append(arc(x, -20, radius, low, high, tone=SOFT, width=9))
        for _ in range(3):
            start = dice.uniform(low, high - 0.03)
            length = dice.uniform(0.012, 0.06)
            shapes.append(arc(x, -20, radius, start, min(high, start + length), width=9, count=6))
    middle = 0.25 + dice.uniform(-0.06, 0.06)
    radius = dice.choice((9, 10, 11)) * 25
    shapes += [
        arc(x, -20, radius + step * 25, middle - 0.025, middle + 0.025, tone=SPOT, width=9, count=6)
        for step in range(2)
    ]
    return shapes


def pulse(dice):
    """Signals: leads of an electrocardiogram, one of them marked."""
    shapes, marked = [], dice.randrange(1, 4)
    shapes += [Line([(x, 0), (x, HEIGHT)], SOFT, 1) for x in range(0, WIDTH + 1, 40)]
    shapes += [Line([(0, y), (WIDTH, y)], SOFT, 1) for y in range(0, HEIGHT + 1, 40)]
    for lead in range(5):
        y, x = 50 + lead * 78, dice.uniform(-90, -20)
        beat, height = dice.uniform(105, 135), dice.uniform(34, 62)
        points = []
        while x < WIDTH + 20:
            wave = [(0, 0), (0.1, 0), (0.16, -0.16), (0.22, 0), (0.3, 0), (0.34, 0.14), (0.39, -1),
                    (0.45, 0.3), (0.49, 0), (0.6, 0), (0.68, -0.28), (0.78, 0)]  # fmt: skip
            points += [(x + beat * across, y + height * up) for across, up in wave]
            x += beat * dice.uniform(0.95, 1.05)
        shapes.append(Line(points, SPOT if lead == marked else INK, 4 if lead == marked else 2.5))
    return shapes


def text(dice):
    """Language: lines of a note, with what was found in it."""
    shapes, y = [], 26
    while y < HEIGHT:
        x, last = 40, dice.random() < 0.2
        end = WIDTH * dice.uniform(0.35, 0.7) if last else WIDTH - 40
        while x < end:
            length = min(dice.choice((22, 34, 46, 58, 74, 92)), WIDTH - 40 - x)
            if length > 14:
                tone = SPOT if dice.random() < 0.1 else dice.choice((INK, SOFT, SOFT))
                shapes.append(bar(x, y, length, 13, tone))
            x += length + 9
        y += 44 if last else 27
    return shapes


def steps(dice):
    """Prognosis: survival curves."""
    shapes = [Line([(50, y), (WIDTH, y)], SOFT, 1.5) for y in range(40, HEIGHT, 64)]
    for number, fall in enumerate(sorted(dice.uniform(0.05, 0.2) for _ in range(5))):
        x, share, points = 50.0, 1.0, [(50, 40)]
        while x < WIDTH:
            x += dice.uniform(14, 44)
            points.append((x, points[-1][1]))
            share *= 1 - fall * dice.uniform(0.3, 1.4)
            points.append((x, 40 + (HEIGHT - 80) * (1 - share)))
        marked = number == 3
        shapes.append(Line(points, SPOT if marked else INK, 6 if marked else 3.5))
    shapes.append(Line([(50, 20), (50, HEIGHT - 36), (WIDTH, HEIGHT - 36)], INK, 2.5))
    return shapes


def answers(dice):
    """Questionnaires: rows of answers on a scale."""
    shapes, columns, rows = [], 7, dice.choice((5, 6))
    across, down = WIDTH / (columns + 0.6), HEIGHT / (rows + 0.4)
    for row in range(rows):
        y, chosen = down * (row + 0.7), min(columns - 1, max(0, round(dice.gauss(3.4, 1.6))))
        left, right = across * 0.8, across * (columns - 0.2)
        shapes.append(Line([(left, y), (right, y)], SOFT, 3))
        for column in range(columns):
            x, on = across * (column + 0.8), column == chosen
            tone = (SPOT if row == rows // 2 else INK) if on else SOFT
            shapes.append(Disc(x, y, 21 if on else 12, tone))
    return shapes


def vessels(dice):
    """The eye, or a scope's way: branches from one bright disc."""
    x, y = WIDTH * dice.choice((0.3, 0.7)), HEIGHT / 2
    shapes = [Disc(WIDTH / 2, HEIGHT / 2, 230, SOFT)]

    def grow(x, y, turn, width, length):
        points = [(x, y)]
        for _ in range(5):
            turn += dice.uniform(-0.22, 0.22)
            x, y = x + length / 5 * math.cos(turn), y + length / 5 * math.sin(turn)
            points.append((x, y))
        shapes.append(Line(points, INK, width))
        if width > 2:
            for side in (-1, 1):
                grow(x, y, turn + side * dice.uniform(0.25, 0.55), width * 0.66, length * 0.78)

    for start in range(6):
        grow(x, y, math.tau * start / 6 + dice.uniform(-0.3, 0.3), 7, 92)
    return [*shapes, Disc(x, y, 27, SPOT)]


def network(dice):
    """People, places and systems that hang together."""
    nodes = [
        (60 + 120 * column + dice.uniform(-36, 36), 50 + 100 * row + dice.uniform(-30, 30))
        for row in range(4)
        for column in range(5)
    ]
    shapes = []
    for number, (x, y) in enumerate(nodes):
        near = sorted(nodes[number + 1 :], key=lambda node: math.dist(node, (x, y)))[:2]
        shapes += [Line([(x, y), node], SOFT, 4) for node in near]
    marked = set(dice.sample(range(len(nodes)), 3))
    for number, (x, y) in enumerate(nodes):
        radius = 24 if number in marked else dice.uniform(7, 17)
        shapes.append(Disc(x, y, radius, SPOT if number in marked else INK))
    return shapes


def waves(dice):
    """Field strengths: lines that swell round something unseen."""
    x, y, reach = dice.uniform(180, 420), dice.uniform(120, 280), dice.uniform(70, 110)
    shapes = []
    for row in range(-2, 24):
        points = []
        for step in range(31):
            px, py = step * WIDTH / 30, row * 19
            pull = math.exp(-((px - x) ** 2 + (py - y) ** 2) / (2 * reach**2))
            points.append((px, py + (py - y) * pull * 1.1 - 20 * pull))
        shapes.append(Line(points, SOFT if row % 3 else INK, 4 if row % 3 else 5))
    return [*shapes, Disc(x, y, 20, SPOT)]
