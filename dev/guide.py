"""The guide's pictures: `make docs` walks docs/steps.py in a real system, in each language, and takes them.

The system is one at a fixed moment (see frozen.py), with demo data, in a window of a fixed size. A step that the system no
longer has stops the walk; so does a guide that shows a picture nobody took, or puts in bold a word that no screen of that
part of the guide showed, and a screen with a word of Odoo's that is left in English.
"""

import contextlib
import re
import runpy
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

from . import browser, database, frozen, live, odoo, paths
from .console import Failure, say, step
from .page import browsing

DOCS = paths.ROOT / "docs"
LANGUAGES = {"en": "en_US", "uk": "uk_UA"}
TIMEZONE = "Europe/Kyiv"
# pictures that the addon's own page shows: what it calls them, and what the guide does
DESCRIPTION = {
    "overview.png": "en/*-overview.png",
    "dashboards.png": "en/*-dashboards.png",
    "stage.png": "en/*-edit-stage.png",
    "archive.png": "en/*-archive.png",
    "reasons.png": "en/*-by-reason.png",
    "pipeline_uk.png": "uk/*-column-menu.png",
}
# of Odoo's modules on the guide's path: what they leave in English must not be on its screens
ODOO = ("web", "mail", "sales_team", "crm", "crm_iap_mine", "sale", "sale_crm")
PROSE = re.compile(r"[A-Za-z]{2}")
# words of every language, and names
INTERNATIONAL = {"CRM", "ID", "UK", "USD"}
IMAGE = re.compile(r"!\[[^\]]*\]\(\.\./images/(\w+)/([\w-]+)\.png\)")
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


class Guide:
    """What a step is given: the page, the language it is walked in, and the pictures to take."""

    def __init__(self, page, address, language, folder):
        self.page, self.address, self.language, self.folder = page, address, language, folder
        self.taken = []

    def say(self, en, uk):
        """The text of the language that is being walked."""
        return {"en": en, "uk": uk}[self.language]

    def open(self, path):
        self.page.open(f"{self.address}/odoo/{path}")

    def menu(self, *entries):
        """Open a section of the app's menu, and an entry in it, by their external ids."""
        for entry in entries:
            self.page.click(f"[data-menu-xmlid='{entry}']")

    def shot(self, name, mark=None, clip=None, hover=None):
        name = f"{len(self.taken) + 1:02d}-{name}"
        self.page.shot(self.folder / f"{name}.png", mark, clip, hover)
        self.taken.append(name)


def _walk(instance, template, language, folder, prepare, chapters):
    """Walk the steps in one language; return the pictures taken, each with every word seen in its chapter."""
    name = f"{template}_{language}"
    database.clone(instance, template, name)
    script = prepare.format(lang=LANGUAGES[language], tz=TIMEZONE) + "\nenv.cr.commit()\n"
    instance.shell(f"{name}_prepare", name, script)
    seen = {}
    with (
        live.serving(instance, name, name) as site,
        browsing(browser.find(), frozen.MOMENT, TIMEZONE, language) as page,
    ):
        guide = Guide(page, site.url, language, folder)
        try:
            page.log_in(site.url, "admin", "admin")
            for chapter in chapters:
                say(f"  {language}: {chapter.__name__}")
                page.texts = set()
                chapter(guide)
                seen.update(dict.fromkeys(guide.taken[len(seen) :], page.texts))
        except Failure as failure:
            broken = paths.LOGS / f"docs_{language}.png"
            with contextlib.suppress(Failure):
                page.save(broken)
            raise Failure(f"{failure}\n  The page at that moment: {broken}") from None
    database.drop(instance, name)
    return seen


def _describe(images):
    """Put the pictures of the addon's own page in place, and draw its banner."""
    folder = paths.ADDON / "static" / "description"
    for name, pattern in DESCRIPTION.items():
        [picture] = images.glob(pattern)
        shutil.copyfile(picture, folder / name)
    with browsing(browser.find()) as page:
        page.open((DOCS / "banner.html").as_uri())
        page.shot(folder / "banner.png", clip="#banner")


def _check(language, taken):
    """Hold the guide of a language against what was seen; return what is wrong with it.

    What a section puts in bold must be a whole text of a screen in the chapters whose pictures it shows.
    """
    path = DOCS / language / "README.md"
    text = path.read_text()
    shown = IMAGE.findall(text)
    wrong = [
        f"{path}: the picture {folder}/{name} is of another language" for folder, name in shown if folder != language
    ]
    names = [name for _folder, name in shown]
    wrong += [f"{path}: shows {name}.png, which no step takes" for name in names if name not in taken]
    wrong += [f"{path}: does not show {name}.png" for name in taken if name not in names]
    for section in re.split(r"^## ", text, flags=re.MULTILINE):
        pictures = [name for _folder, name in IMAGE.findall(section) if name in taken] or taken
        seen = set().union(*(taken[name] for name in pictures))
        for bold in sorted({" ".join(found.split()) for found in BOLD.findall(section)}):
            wrong += [f"{path}: **{part}** is on no screen there" for part in bold.split(" › ") if part not in seen]
    return wrong


def _untranslated(instance, language):
    """What the modules say in English because their translation lacks it; the names of their records apart."""
    import polib

    files = (instance.folder(module) / "i18n" / f"{language}.po" for module in ODOO)
    texts = {
        " ".join(entry.msgid.split())
        for path in filter(Path.exists, files)
        for entry in polib.pofile(str(path))
        if not entry.msgstr
        and any(place.startswith(("code:", "model_terms:", "model:ir.")) for place, _ in entry.occurrences)
    }
    return {text for text in texts if PROSE.search(text)} - INTERNATIONAL


def build(server, template, chapters=()):
    """Take every picture, in every language, and hold the guides against them.

    With `chapters`, only those, into the project's state folder, for a look while a step is being written.
    """
    steps = SimpleNamespace(**runpy.run_path(str(DOCS / "steps.py")))
    known = {chapter.__name__: chapter for chapter in steps.CHAPTERS}
    if unknown := sorted(set(chapters) - set(known)):
        raise Failure(f"There is no chapter {', '.join(unknown)}; there are {', '.join(known)}.")
    walked = [chapter for name, chapter in known.items() if not chapters or name in chapters]
    wrong = []
    with tempfile.TemporaryDirectory() as temporary:
        # its every command runs at the moment of the pictures
        instance = odoo.Odoo(server, program=("-m", "dev.frozen"))
        base = database.ensure_base(instance, demo=True, label=f"_{frozen.MOMENT:%Y%m%d}")
        database.clone(instance, base, template)
        database.install(instance, template)
        for language in LANGUAGES:
            folder = Path(temporary) / language
            with step(f"Walking the guide: {language}"):
                taken = _walk(instance, template, language, folder, steps.PREPARE, walked)
            wrong += [
                f"{language}: “{text}” is left in English (see PLACES of models/words.py)"
                for text in sorted(_untranslated(instance, language) & set().union(*taken.values()))
            ]
            if not chapters:
                wrong += _check(language, taken)
        database.drop(instance, template)
        if wrong:
            raise Failure("The guide and the system differ:\n" + "\n".join(f"  {line}" for line in wrong))
        target = paths.STATE / template if chapters else DOCS / "images"
        # what else is there is not ours: the bench draws a picture of its own
        for language in LANGUAGES:
            shutil.rmtree(target / language, ignore_errors=True)
            shutil.copytree(Path(temporary) / language, target / language)
        if not chapters:
            _describe(target)
    size = sum(path.stat().st_size for path in target.rglob("*.png"))
    say(f"  {target}: {size / 1e6:.1f} MB")
    return 0
