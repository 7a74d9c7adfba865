"""The guide's pictures: `make docs` walks docs/steps.py in a real system, in each language, and takes them.

The system is one at a fixed moment (see frozen.py), with demo data, in a window of a fixed size. A step that the system no
longer has stops the walk; so does a guide that shows a picture nobody took, or puts in bold a word that no screen of that
part of the guide showed, and a screen with a word of Odoo's that is left in English.
"""

import contextlib
import importlib.util
import re
import shutil
import tempfile
from pathlib import Path

from . import browser, database, frozen, live, odoo, paths, postgres
from .console import Failure, say, step
from .page import Page

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


class FrozenOdoo(odoo.Odoo):
    """An Odoo whose every command runs at the moment of the pictures."""

    def command(self, *arguments):
        return [str(self.python), "-m", "dev.frozen", *map(str, arguments)]


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

    def menu(self, section, *entries):
        """Open a section of the app's menu, and an entry in it, by their external ids."""
        self.page.click(f"[data-menu-xmlid='{section}']")
        for entry in entries:
            self.page.click(f"[data-menu-xmlid='{entry}']")

    def shot(self, name, mark=None, clip=None, hover=None):
        name = f"{len(self.taken) + 1:02d}-{name}"
        self.page.shot(self.folder / f"{name}.png", mark, clip, hover)
        self.taken.append(name)


def _steps():
    spec = importlib.util.spec_from_file_location("steps", DOCS / "steps.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _prepare(instance, name):
    """A database of the moment, with demo data and the addon as it is in the tree."""
    base = database.ensure_base(instance, demo=True, label=f"_{frozen.MOMENT:%Y%m%d}")
    database.clone(instance, base, name)
    database.install(instance, name)


def _walk(instance, template, language, folder, chapters):
    """Walk the steps in one language; return the pictures taken, each with every word seen in its chapter."""
    name = f"{template}_{language}"
    database.clone(instance, template, name)
    steps = _steps()
    instance.shell(
        f"{name}_prepare", name, steps.PREPARE.format(lang=LANGUAGES[language], tz=TIMEZONE) + "\nenv.cr.commit()\n"
    )
    with live.serving(instance, name, name) as site:
        page = Page(browser.find(), frozen.MOMENT, TIMEZONE, language)
        guide, seen = Guide(page, site.url, language, folder), {}
        try:
            page.log_in(site.url, "admin", "admin")
            for chapter in steps.CHAPTERS:
                if not chapters or chapter.__name__ in chapters:
                    say(f"  {language}: {chapter.__name__}")
                    page.texts = set()
                    chapter(guide)
                    seen.update(dict.fromkeys(guide.taken[len(seen) :], page.texts))
        except Failure as failure:
            broken = paths.LOGS / f"docs_{language}.png"
            with contextlib.suppress(Failure):
                page.save(broken)
            raise Failure(f"{failure}\n  The page at that moment: {broken}") from None
        finally:
            page.close()
    database.drop(instance, name)
    return seen


def _describe(images):
    """Put the pictures of the addon's own page in place, and draw its banner."""
    folder = paths.ADDON / "static" / "description"
    for name, pattern in DESCRIPTION.items():
        [picture] = images.glob(pattern)
        shutil.copyfile(picture, folder / name)
    page = Page(browser.find())
    try:
        page.open((DOCS / "banner.html").as_uri())
        page.shot(folder / "banner.png", clip="#banner")
    finally:
        page.close()


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

    texts = set()
    for module in ODOO:
        for folder in map(Path, instance.addons_path.split(",")):
            path = folder / module / "i18n" / f"{language}.po"
            if path.exists():
                texts |= {
                    " ".join(entry.msgid.split())
                    for entry in polib.pofile(str(path))
                    if not entry.msgstr
                    and any(place.startswith(("code:", "model_terms:", "model:ir.")) for place, _ in entry.occurrences)
                }
    return {text for text in texts if PROSE.search(text)} - INTERNATIONAL


def build(template, chapters=()):
    """Take every picture, in every language, and hold the guides against them.

    With `chapters`, only those, into the project's state folder, for a look while a step is being written.
    """
    known = [chapter.__name__ for chapter in _steps().CHAPTERS]
    if unknown := sorted(set(chapters) - set(known)):
        raise Failure(f"There is no chapter {', '.join(unknown)}; there are {', '.join(known)}.")
    wrong = []
    with postgres.server() as server, tempfile.TemporaryDirectory() as temporary:
        instance = FrozenOdoo(server)
        _prepare(instance, template)
        for language in LANGUAGES:
            folder = Path(temporary) / language
            with step(f"Walking the guide: {language}"):
                taken = _walk(instance, template, language, folder, chapters)
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
