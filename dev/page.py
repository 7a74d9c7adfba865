"""A page in the machine's own Chromium, driven by Playwright as a person would drive it.

Playwright waits for what an action needs; this says in one sentence what did not come, waits until the client is at rest,
and knows Odoo's fields. Nothing is skipped, nothing is guessed.
"""

import contextlib
import io
import re
import time

from .console import Failure

WIDTH, HEIGHT = 1280, 800
PATIENCE = 90  # seconds; a slow machine takes a minute to put the assets together
QUIET = 0.5  # seconds without a request, after which the page is taken to be at rest
BUSY = ".o_blockUI:visible, .o_loading_indicator:visible, .fa-spin:visible"
STILL = """
*, *::before, *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; }
"""

# a frame over everything, so that nothing cuts it; no farther out than keeps it off the element's own words
MARK = """(element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const room = (side) => Math.max(0, 6 - parseFloat(style[`padding${side}`]));
    const left = Math.max(0, box.left - room("Left")), right = Math.min(innerWidth, box.right + room("Right"));
    const top = Math.max(0, box.top - room("Top")), bottom = Math.min(innerHeight, box.bottom + room("Bottom"));
    const frame = document.createElement("div");
    frame.dataset.docsMark = "";
    Object.assign(frame.style, {
        left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px`,
        position: "fixed", zIndex: 2147483647, boxSizing: "border-box", pointerEvents: "none",
        border: "3px solid #e8590c", borderRadius: "4px",
    });
    document.body.append(frame);
}"""

TEXTS = """() => {
    const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true }) && element.getClientRects().length;
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        if (shown(walker.currentNode.parentElement)) texts.push(...walker.currentNode.data.split("\\n"));
    }
    for (const element of document.querySelectorAll(
        "[title], [placeholder], [aria-label], [data-tooltip], option, input[value]"
    )) {
        // the choices of a select that is closed are where it is
        if (!shown(element.closest("select") ?? element)) continue;
        texts.push(element.textContent, element.title, element.placeholder, element.ariaLabel);
        texts.push(element.dataset.tooltip, element.localName === "input" ? element.value : null);
    }
    return texts.filter((text) => typeof text === "string").map((text) => text.replace(/\\s+/g, " ").trim());
}"""

# sums are what they are at once: the web client counts them up for a second
STILL_NUMBERS = """() => {
    const module = globalThis.odoo?.loader?.modules.get("@web/views/view_components/animated_number");
    if (module) module.AnimatedNumber.enableAnimations = false;
}"""


@contextlib.contextmanager
def browsing(chromium, moment=None, timezone="UTC", locale="en"):
    """Yield the `Page` of a new browser."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--force-color-profile=srgb", "--font-render-hinting=none", f"--lang={locale}"]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=options) as browser,
    ):
        tab = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, timezone_id=timezone, locale=locale, reduced_motion="reduce"
        )
        tab.set_default_timeout(PATIENCE * 1000)
        if moment:
            tab.clock.install(time=moment)
        yield Page(tab)


class Page:
    """What a person sees and does; the `tab` is Playwright's own page."""

    def __init__(self, tab):
        self.tab = tab
        self.texts, self._open, self._moved, self._held = set(), {}, time.monotonic(), False
        tab.on("request", self._asked)
        tab.on("requestfinished", self._answered)
        tab.on("requestfailed", self._answered)

    def _asked(self, request):
        # a worker's own requests are answered to the worker, and this page never hears of it
        if "/bus/" not in request.url:
            self._open[request] = request.url
            self._moved = time.monotonic()

    def _answered(self, request):
        self._open.pop(request, None)
        self._moved = time.monotonic()

    @contextlib.contextmanager
    def _telling(self, sentence):
        """What Playwright refuses, in a sentence and with its own words."""
        from playwright.sync_api import Error

        try:
            yield
        except Error as error:
            raise Failure(f"{sentence}\n  {error.message.splitlines()[0]}") from None

    # ------------------------------------------------------------
    # LOOKING
    # ------------------------------------------------------------

    def find(self, selector, text=None):
        """The first visible element; with a text, the first whose whole text or title that is."""
        found = self.tab.locator(selector).filter(visible=True)
        if text:
            found = found.filter(has_text=re.compile(rf"^\s*{re.escape(text)}\s*$")).or_(
                found.and_(self.tab.get_by_title(text, exact=True))
            )
        return found.first

    def rest(self):
        """Wait until the page asks the server for nothing and shows that it is not busy."""
        with self._telling("The page did not come to rest."):
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                self.tab.wait_for_load_state()
                if not self._open and time.monotonic() - self._moved > QUIET and not self.tab.locator(BUSY).count():
                    return
                self.tab.wait_for_timeout(50)
        raise Failure(f"The page does not come to rest; unanswered: {list(self._open.values())}")

    def wait(self, selector, text=None):
        """Wait for a visible element, bring it to the middle, and return it."""
        found = self.find(selector, text)
        with self._telling(f"The page shows no {selector}{f' with the text “{text}”' if text else ''}."):
            found.wait_for()
            found.evaluate(
                "(element) => element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' })"
            )
        return found

    def gone(self, selector):
        with self._telling(f"The page still shows {selector}."):
            self.find(selector).wait_for(state="hidden")

    def remember(self):
        """Keep every word shown now, for the guide's own words to be looked up in."""
        self.texts.update(filter(None, self.tab.evaluate(TEXTS)))

    # ------------------------------------------------------------
    # DOING
    # ------------------------------------------------------------

    def open(self, address):
        with self._telling(f"{address} does not open."):
            self.tab.goto(address)
            self.tab.add_style_tag(content=STILL)
        self.rest()
        self.tab.evaluate(STILL_NUMBERS)

    def log_in(self, address, login, password):
        self.open(f"{address}/web/login")
        self.tab.fill("#login", login)
        self.tab.fill("#password", password)
        self.tab.click("button[type=submit]")
        self.wait(".o_main_navbar")

    def hover(self, selector, text=None):
        with self._telling(f"{selector} cannot be reached."):
            self.wait(selector, text).hover()

    def click(self, selector, text=None):
        """Click an element where a person would: in its middle, and only if nothing lies over it."""
        self.rest()
        found = self.wait(selector, text)
        self.remember()
        with self._telling(f"{selector} cannot be clicked."):
            found.click()
        self.rest()

    def drag(self, source, target, steps=12):
        """Drag one element onto another, without letting it go: see `drop`."""
        start, end = (self._middle(self.wait(selector)) for selector in (source, target))
        self.tab.mouse.move(*start)
        self.tab.mouse.down()
        self._held = True
        self.tab.mouse.move(*end, steps=steps)

    @staticmethod
    def _middle(found):
        box = found.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drop(self):
        self.tab.mouse.up()
        self._held = False
        self.rest()

    def press(self, key):
        self.tab.keyboard.press(key)

    def fill(self, selector, value):
        """Type into a field, over what it holds."""
        self.click(selector)
        self.find(selector).fill(str(value))
        self._moved = time.monotonic()  # a field with suggestions asks for them a moment later
        self.rest()

    def select(self, selector, text):
        """Choose from a field with a list of values."""
        self.click(f"{selector} input")
        self.click(".o_select_menu_item", text)

    def choose(self, selector, value):
        """Choose a value of a many2one or another field with suggestions."""
        self.fill(selector, value)
        self.click(".o-autocomplete--dropdown-item > a", value)
        self.tab.evaluate("document.activeElement.blur()")

    # ------------------------------------------------------------
    # PICTURES
    # ------------------------------------------------------------

    def shot(self, path, mark=None, clip=None, hover=None):
        """Take a picture of the window, or of one element; `mark` frames what the text names.

        The mouse is away, unless it holds something or is to rest on the element `hover`.
        """
        if hover:
            self.hover(hover)
        elif not self._held:  # whatever the mouse rests on would show a tooltip
            self.tab.mouse.move(1, HEIGHT - 1)
        self.rest()
        self.remember()
        for found in [self.wait(selector) for selector in ([mark] if isinstance(mark, str) else mark or [])]:
            found.evaluate(MARK)
        self.save(path, self.wait(clip) if clip else self.tab)
        self.tab.evaluate("document.querySelectorAll('[data-docs-mark]').forEach((frame) => frame.remove())")

    def save(self, path, what=None):
        """Save what the window, or an element of it, shows at this moment, in few colours."""
        from PIL import Image

        with self._telling("Chromium took no picture."):
            data = (what or self.tab).screenshot(animations="disabled", style=STILL)
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = Image.open(io.BytesIO(data)).convert("RGB")
        picture.quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
