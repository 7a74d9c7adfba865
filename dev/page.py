"""A page in Chromium, driven over the DevTools protocol with real mouse and keyboard events.

Every call waits for what it needs and fails with a `Failure` that names it: nothing is skipped, nothing is guessed.
"""

import base64
import contextlib
import io
import json
import subprocess
import tempfile
import time
from pathlib import Path

from .console import Failure, failure

WIDTH, HEIGHT = 1280, 800
PATIENCE = 90  # seconds; a slow machine takes a minute to put the assets together
QUIET = 0.5  # seconds without a request, after which the page is taken to be at rest
MODIFIERS = {"Control": 2}
KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "Backspace": (8, ""), "a": (65, "")}

# run before any script of the page: its clock starts at the server's moment, and nothing moves by itself
PREPARE = """
(() => {
    const Native = Date;
    const offset = %(moment)d - Native.now();
    window.Date = class Date extends Native {
        constructor(...parts) {
            parts.length ? super(...parts) : super(Native.now() + offset);
        }
        static now() {
            return Native.now() + offset;
        }
    };
    document.addEventListener("DOMContentLoaded", () => {
        const style = document.createElement("style");
        style.textContent = `
            *, *::before, *::after {
                animation: none !important; transition: none !important;
                caret-color: transparent !important; scroll-behavior: auto !important;
            }
            [data-docs-mark] {
                position: fixed; z-index: 2147483647; box-sizing: border-box; pointer-events: none;
                border: 3px solid #e8590c; border-radius: 4px;
            }
        `;
        document.head.append(style);
    });
})();
"""

# what every look at the page starts with: elements by selector, visible, and by text if one is given
FIND = """
const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true }) && element.getClientRects().length;
const words = (element) => [
    element.textContent, element.title, element.placeholder, element.ariaLabel, element.dataset?.tooltip,
].filter(Boolean).map((text) => text.replace(/\\s+/g, " ").trim());
const found = (selector, text) => [...document.querySelectorAll(selector)].filter(
    (element) => shown(element) && (!text || words(element).includes(text))
);
"""

POINT = """
const [element] = found(%(selector)s, %(text)s);
if (!element) return null;
element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
const { left, top, width, height } = element.getBoundingClientRect();
const x = left + width / 2, y = top + height / 2;
const hit = document.elementFromPoint(x, y);
return { x, y, left, top, width, height, free: !!hit && (element.contains(hit) || hit.contains(element)) };
"""

# a frame over everything, so that nothing cuts it; no farther out than keeps it off the element's own words
MARK = """
const [element] = found(%(selector)s);
const box = element.getBoundingClientRect();
const style = getComputedStyle(element);
const room = (side) => Math.max(0, 6 - parseFloat(style[`padding${side}`]));
const left = Math.max(0, box.left - room("Left")), right = Math.min(innerWidth, box.right + room("Right"));
const top = Math.max(0, box.top - room("Top")), bottom = Math.min(innerHeight, box.bottom + room("Bottom"));
const frame = document.createElement("div");
frame.dataset.docsMark = "";
Object.assign(frame.style, {
    left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px`,
});
document.body.append(frame);
"""

TEXTS = """
const texts = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.trim() && shown(node.parentElement)) texts.push(node.data);
}
for (const element of document.querySelectorAll("[title], [placeholder], [aria-label], [data-tooltip], option, input[value]")) {
    texts.push(...words(element), element.value || "");
}
return texts.join("\\n");
"""


class Page:
    def __init__(self, chromium, moment, timezone, locale):
        self._profile = tempfile.TemporaryDirectory(prefix="bjet-docs-")
        log = Path(self._profile.name) / "chromium.log"
        with log.open("w") as written:
            self._chromium = subprocess.Popen(
                [
                    chromium,
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--disable-dev-shm-usage",
                    "--no-first-run",
                    "--hide-scrollbars",
                    "--mute-audio",
                    "--force-color-profile=srgb",
                    "--font-render-hinting=none",
                    f"--lang={locale}",
                    f"--window-size={WIDTH},{HEIGHT}",
                    "--remote-debugging-port=0",
                    "--remote-allow-origins=*",
                    f"--user-data-dir={self._profile.name}",
                    "about:blank",
                ],
                stdout=subprocess.DEVNULL,
                stderr=written,
            )
        try:
            self._attach(log, moment, timezone)
        except BaseException:
            self._chromium.kill()
            self.close()
            raise

    def _attach(self, log, moment, timezone):
        import websocket

        address = self._page_url(self._port(log))
        self._socket = websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
        self._last_id = 0
        self._requests = {}
        self._moved = time.monotonic()
        self._held = False
        self.texts = set()
        for domain in ("Page", "Network", "Runtime"):
            self._call(f"{domain}.enable")
        self._call("Emulation.setTimezoneOverride", timezoneId=timezone)
        self._call("Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT, deviceScaleFactor=1, mobile=False)
        milliseconds = int(moment.timestamp() * 1000)
        self._call("Page.addScriptToEvaluateOnNewDocument", source=PREPARE % {"moment": milliseconds})

    def _port(self, log):
        """Where Chromium listens, as it writes into its profile."""
        found = Path(self._profile.name) / "DevToolsActivePort"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._chromium.poll() is None:
            with contextlib.suppress(OSError, ValueError):  # not there yet, or not whole
                port, _path = found.read_text().splitlines()
                return port
            time.sleep(0.05)
        raise failure("Chromium did not start; the end of its log:", log.read_text(errors="replace"))

    @staticmethod
    def _page_url(port):
        import requests

        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for target in requests.get(f"http://127.0.0.1:{port}/json", timeout=PATIENCE).json():
                if target["type"] == "page":
                    return target["webSocketDebuggerUrl"]
        raise Failure("Chromium opened no page.")

    def close(self):
        with contextlib.suppress(Exception):
            self._call("Browser.close")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._chromium.wait(10)
        self._chromium.kill()
        self._chromium.wait()
        with contextlib.suppress(OSError):
            self._profile.cleanup()

    # ------------------------------------------------------------
    # PROTOCOL
    # ------------------------------------------------------------

    def _call(self, method, **parameters):
        self._last_id += 1
        self._socket.send(json.dumps({"id": self._last_id, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == self._last_id:
                if "error" in message:
                    raise Failure(f"Chromium refused {method}: {message['error']['message']}")
                return message["result"]
            self._note(message)

    def _note(self, event):
        parameters = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            # a worker's own requests are answered to the worker, and this page never hears of it
            if "/bus/" not in parameters["request"]["url"]:
                self._requests[parameters["requestId"]] = (parameters["loaderId"], parameters["request"]["url"])
                self._moved = time.monotonic()
        elif event.get("method") == "Page.frameNavigated":
            # what the page left behind was waiting for is never answered
            loader = parameters["frame"]["loaderId"]
            self._requests = {key: request for key, request in self._requests.items() if request[0] == loader}
        elif event.get("method") in ("Network.loadingFinished", "Network.loadingFailed"):
            self._requests.pop(parameters["requestId"], None)
            self._moved = time.monotonic()

    def evaluate(self, script, **values):
        """Run the body of a function in the page, and return what it returns; `%(name)s` are JSON values."""
        body = FIND + script % {key: json.dumps(value) for key, value in values.items()}
        done = self._call(
            "Runtime.evaluate", expression=f"(async () => {{{body}}})()", awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in done:
            raise Failure(f"The page refused a script: {done['exceptionDetails']['exception'].get('description')}")
        return done["result"].get("value")

    def _poll(self, look, failure):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(Failure):  # the page may be on its way to another address
                if seen := look():
                    return seen
            time.sleep(0.05)
        raise Failure(failure() if callable(failure) else failure)

    # ------------------------------------------------------------
    # LOOKING
    # ------------------------------------------------------------

    def rest(self):
        """Wait until the page asks the server for nothing and shows that it is not busy."""
        busy = "return found('.o_blockUI, .o_loading_indicator, .fa-spin').length || document.readyState !== 'complete'"

        def at_rest():
            still = not self.evaluate(busy)
            return still and not self._requests and time.monotonic() - self._moved > QUIET

        self._poll(
            at_rest,
            lambda: f"The page does not come to rest; unanswered: {[url for _loader, url in self._requests.values()]}",
        )

    def wait(self, selector, text=None):
        """Wait for a visible element, and return its place."""
        what = f"{selector}{f' with the text “{text}”' if text else ''}"
        return self._poll(lambda: self.evaluate(POINT, selector=selector, text=text), f"The page shows no {what}.")

    def gone(self, selector):
        self._poll(
            lambda: self.evaluate("return !found(%(selector)s).length", selector=selector),
            f"The page still shows {selector}.",
        )

    def remember(self):
        """Keep every word shown now, for the guide's own words to be looked up in."""
        self.texts.update(line.strip() for line in self.evaluate(TEXTS).splitlines() if line.strip())

    # ------------------------------------------------------------
    # DOING
    # ------------------------------------------------------------

    def open(self, address):
        self._call("Page.navigate", url=address)
        self.rest()

    def log_in(self, address, login, password):
        self.open(f"{address}/web/login")
        self.fill("#login", login)
        self.fill("#password", password)
        self.click("button[type=submit]")
        self.wait(".o_main_navbar")

    def _mouse(self, kind, place, **more):
        self._call("Input.dispatchMouseEvent", type=kind, x=place["x"], y=place["y"], **more)

    def hover(self, selector, text=None):
        place = self.wait(selector, text)
        self._mouse("mouseMoved", place)
        return place

    def click(self, selector, text=None):
        """Click an element where a person would: in its middle, and only if nothing lies over it."""
        self.rest()

        def free():
            place = self.evaluate(POINT, selector=selector, text=text)
            return place if place and place["free"] else None

        self.wait(selector, text)
        self.remember()
        place = self._poll(free, f"Something lies over {selector}.")
        self._mouse("mouseMoved", place)
        for kind in ("mousePressed", "mouseReleased"):
            self._mouse(kind, place, button="left", buttons=1, clickCount=1)
        self.rest()

    def drag(self, source, target, steps=12):
        """Drag one element onto another; return the place, where `drop` lets it go."""
        end = self.wait(target)
        start = self.wait(source)
        self._mouse("mouseMoved", start)
        self._mouse("mousePressed", start, button="left", buttons=1, clickCount=1)
        self._held = True
        for step in range(1, steps + 1):
            place = {axis: start[axis] + (end[axis] - start[axis]) * step / steps for axis in "xy"}
            self._mouse("mouseMoved", place, button="left", buttons=1)
        return end

    def drop(self, place):
        self._mouse("mouseReleased", place, button="left", buttons=1, clickCount=1)
        self._held = False
        self.rest()

    def press(self, key, modifier=None):
        code, text = KEYS[key]
        common = {"key": key, "windowsVirtualKeyCode": code, "modifiers": MODIFIERS.get(modifier, 0)}
        self._call("Input.dispatchKeyEvent", type="keyDown", text="" if modifier else text, **common)
        self._call("Input.dispatchKeyEvent", type="keyUp", **common)

    def fill(self, selector, value):
        """Type into a field, over what it holds."""
        self.click(selector)
        self.press("a", "Control")
        self.press("Backspace")
        self._call("Input.insertText", text=str(value))
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
        self.evaluate("document.activeElement.blur()")

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
            self._mouse("mouseMoved", {"x": 1, "y": HEIGHT - 1})
        self.rest()
        self.remember()
        marks = [mark] if isinstance(mark, str) else mark or []
        for selector in marks:
            self.wait(selector)
        for selector in marks:
            self.evaluate(MARK, selector=selector)
        options = {}
        if clip:
            place = self.wait(clip)
            options["clip"] = {
                "x": place["left"],
                "y": place["top"],
                "width": place["width"],
                "height": place["height"],
                "scale": 1,
            }
        self.evaluate(
            "await document.fonts.ready; await Promise.all([...document.images].map((image) => image.decode().catch(() => {})))"
        )
        self.save(path, **options)
        self.evaluate("document.querySelectorAll('[data-docs-mark]').forEach((frame) => frame.remove())")

    def save(self, path, **options):
        """Save what the window shows at this moment, in few colours."""
        from PIL import Image

        data = self._call("Page.captureScreenshot", format="png", **options)["data"]
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
        picture.quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
