"""The page that Odoo's list of Apps shows for an addon, made of the addon's README.md: one description, in one place.

`make lint` runs this, with markdown-it-py, over every addon; it fails when it had to write a page anew.
"""

import re
import sys
from pathlib import Path

from markdown_it import MarkdownIt

FOLDER = "static/description/"
SECTION = '<div class="container py-3{}">\n{}</div>\n'


def page(text):
    """The HTML of a README: a section for each of its headings; its pictures lie beside the page."""
    markdown = MarkdownIt("commonmark").enable("table")
    html = markdown.render(text).replace(f'src="{FOLDER}', 'class="img-fluid border rounded" src="')
    sections = re.split(r"^(?=<h2>)", html, flags=re.MULTILINE)
    body = "".join(SECTION.format(" border-top" if number else "", part) for number, part in enumerate(sections))
    return f'<section class="oe_container">\n{body}</section>\n'


def main():
    stale = []
    for readme in sorted(Path().glob("*/README.md")):
        target = readme.parent / FOLDER / "index.html"
        if (readme.parent / "__manifest__.py").exists():
            html = page(readme.read_text(encoding="utf-8"))
            if not target.exists() or target.read_text(encoding="utf-8") != html:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(html, encoding="utf-8")
                stale.append(target)
    sys.exit("\n".join(f"{target} is written anew from its README" for target in stale) or None)


if __name__ == "__main__":
    main()
