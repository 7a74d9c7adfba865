"""The picture of how times grow with the pipeline: an SVG, drawn by hand, that is readable in a light and a dark page."""

import math
from xml.sax.saxutils import escape

from dev import paths

PICTURE = paths.ROOT / "docs" / "images" / "growth.svg"
WIDTH, HEIGHT = 800, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 330, 24, 48
COLOURS = ("#1f77b4", "#d9480f", "#2b8a3e", "#862e9c", "#5c940d")


def draw(medians, sizes):
    """:param medians: {(scene, side): {size: seconds}}; the first side that a scene has is dashed"""
    times = [seconds * 1000 for line in medians.values() for seconds in line.values()]
    floor, ceiling = 10 ** math.floor(math.log10(min(times))), 10 ** math.ceil(math.log10(max(times)))

    def x(size):
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])

    def y(milliseconds):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * math.log(milliseconds / floor) / math.log(ceiling / floor)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
        "<title>Median time of one person against the number of opportunities</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for power in range(round(math.log10(floor)), round(math.log10(ceiling)) + 1):
        level = y(10**power)
        label = f"{10**power:g} ms" if power < 3 else f"{10 ** (power - 3):g} s"
        parts.append(f'<path d="M{LEFT} {level:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{level + 4:.1f}" text-anchor="end" fill="#333">{label}</text>')
    for size in sizes:
        parts.append(f'<path d="M{x(size):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#eee"/>')
        parts.append(
            f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#333">{size:,}</text>'
        )
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle" fill="#333">opportunities</text>'
    )
    scenes = list(dict.fromkeys(scene for scene, _side in medians))
    for number, (scene, side) in enumerate(sorted(medians, key=lambda key: scenes.index(key[0]))):
        line = medians[scene, side]
        colour = COLOURS[scenes.index(scene) % len(COLOURS)]
        dash = ' stroke-dasharray="6 4"' if side.startswith("without") else ""
        points = " ".join(f"{x(size):.1f},{y(line[size] * 1000):.1f}" for size in sizes)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        legend = TOP + 10 + 24 * number
        parts.append(
            f'<path d="M{WIDTH - RIGHT + 20} {legend}h28" stroke="{colour}" stroke-width="2"{dash}/>'
            f'<text x="{WIDTH - RIGHT + 54}" y="{legend + 4}" fill="#333">{escape(f"{scene}, {side}")}</text>'
        )
    parts.append("</svg>\n")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text("\n".join(parts))
