"""What the pages say of commands, variables and files, and of the file and the command of the transfer, is what the code
has. Needs neither Odoo nor a server."""

import importlib.util
import re
import sys

import pytest

from dev import paths

TRANSFER = paths.ROOT / "bjet_crm_transfer"
LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")
PAGES = sorted([*paths.ROOT.glob("*.md"), *paths.ROOT.glob("docs/**/*.md"), *paths.ROOT.glob("bjet_*/*.md")])


def page(lang):
    return (paths.ROOT / "docs" / lang / "consultants.md").read_text()


@pytest.fixture(scope="module")
def state():
    name = "transfer_state"
    spec = importlib.util.spec_from_file_location(name, TRANSFER / "setup_file" / "state.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[name]


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_each_field_is_in_the_table_where_the_code_has_it(state, lang):
    text = page(lang)
    system = state._system()
    assert all(f"`{name}`" in text for name in system)
    for directory, fields in state.FIELDS.items():
        [row] = re.findall(rf"^\| `{re.escape(state.MODELS[directory])}` \|(.*)\|$", text, re.MULTILINE)
        exported, people, left_out = row.split(" | ")
        left_out = [part.partition(": ")[0] for part in left_out.split("; ")]
        assert set(re.findall(r"`(\w+)`", exported)) == {
            name for name, field in fields.items() if field.kind != "left_out" and not field.people
        }
        assert set(re.findall(r"`(\w+)`", people)) == {name for name, field in fields.items() if field.people}
        assert {name for part in left_out for name in re.findall(r"`(\w+)`", part)} == {
            name for name, field in fields.items() if field.kind == "left_out" and name not in system
        }


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_each_option_of_the_command_is_told(lang):
    source = (TRANSFER / "cli" / "crm_transfer.py").read_text()
    options = set(re.findall(r'add_argument\(\s*(?:"-\w", )?"(--[\w-]+)"', source)) - {"--config", "--output"}
    assert {"--plan", "--take", "--people", "--no-people", "--json"} <= options
    assert sorted(option for option in options if f"`{option}" not in page(lang)) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(paths.ROOT).as_posix())
def test_links_lead_somewhere(path):
    assert [link for link in LINK.findall(path.read_text()) if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(paths.ROOT).as_posix())
def test_commands_are_there(path):
    text = path.read_text()
    targets = set(re.findall(r"^([a-z0-9-]+):.*##", (paths.ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z][a-z0-9-]*)\b", text, re.MULTILINE)) - targets == set()
    source = (paths.ROOT / "dev" / "__main__.py").read_text()
    commands = set(re.findall(r'^@?command\(\s*"([\w-]+)"', source, re.MULTILINE))
    assert set(re.findall(r"python3 -m dev ([a-z][\w-]*)", text)) - commands == set()


def test_variables_are_read():
    text = (paths.ROOT / "README.md").read_text()
    rows = re.search(r"^\| variable \|.*\n\|[-| ]+\n((?:\|.*\n)+)", text, re.MULTILINE)[1]
    code = "".join(path.read_text() for path in [paths.ROOT / "Makefile", *paths.ROOT.glob("dev/*.py")])
    for line in rows.splitlines():
        for name in re.findall(r"`([A-Z_]+)[`=]", line.split("|")[1]):
            assert name in code, name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(paths.ROOT).as_posix())
def test_files_that_are_named_are_there(path):
    named = re.findall(r"`((?:bjet_crm_\w+|dev|docs|benchmarks)/[\w./-]+)`", path.read_text())
    assert [name for name in named if not (paths.ROOT / name).exists()] == []
