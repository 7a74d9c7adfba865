# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import shutil
import subprocess
from pathlib import Path

import pytest
from setup_file import read, state, write
from setup_file.merge import merge, undo

FOLDER = Path(__file__).resolve().parent.parent / "setups"
NAMES = sorted(folder.name for folder in FOLDER.iterdir())

SHIPPED_REASONS = [f"crm.lost_reason_{number}" for number in (1, 2, 3)]
SHIPPED_REASONS += [
    f"bjet_crm_setup.lost_reason_{name}"
    for name in ("competitor", "budget", "no_response", "postponed", "not_target", "duplicate")
]

NOTHING = {"boolean": False, "integer": 0, "float": 0.0, "many2many": []}
NOTHING |= dict.fromkeys(("char", "text", "html", "selection", "many2one", "company"), False)

each = pytest.mark.parametrize("name", NAMES)


def fresh():
    """What Odoo and the addon ship, as far as it matters here."""
    setup = state.Setup("shipped", "shipped", languages=["uk_UA"])

    def add(directory, xmlid, **values):
        empty = {
            field: NOTHING[spec.kind]
            for field, spec in state.FIELDS[directory].items()
            if spec.exported and not spec.people
        }
        setup.records[xmlid] = state.Record(directory, xmlid, {**empty, "name": xmlid, **values})

    add("channels", "sales_team.team_sales_department", company_id=False, active=True)
    for number in range(1, 5):
        add("stages", f"crm.stage_lead{number}", probability=10.0, is_won=number == 4, on_change=number == 4)
    for name in ("todo", "email", "call", "meeting", "upload_document"):
        add("activity_types", f"mail.mail_activity_data_{name}", suggested_next_type_ids=[])
    for xmlid in SHIPPED_REASONS:
        add("lost_reasons", xmlid, active=True)
    return setup.normalise()


def test_five_are_offered():
    assert NAMES == [
        "crm_setup_real_estate",
        "crm_setup_services",
        "crm_setup_shop",
        "crm_setup_software",
        "crm_setup_wholesale",
    ]


@each
def test_the_files_are_as_export_writes_them(name):
    setup = read.read_folder(FOLDER / name)
    files = {
        str(path.relative_to(FOLDER / name)): path.read_bytes()
        for path in (FOLDER / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert write.write_module(setup) == files
    assert read.read_zip(write.zip_module(files, name)) == setup
    if msgfmt := shutil.which("msgfmt"):
        for path in (FOLDER / name / "i18n").iterdir():
            done = subprocess.run([msgfmt, "-c", "-o", "/dev/null", path], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr


@each
def test_a_pipeline_that_works(name):
    setup = read.read_folder(FOLDER / name)
    stages = setup.of("stages")
    assert [stage.values["is_won"] for stage in stages] == [False] * (len(stages) - 1) + [True]
    probabilities = [stage.values["probability"] for stage in stages]
    assert probabilities == sorted(set(probabilities))
    assert probabilities[-1] == 100
    assert all(stage.values["on_change"] for stage in stages)
    assert 5 <= len(stages) <= 8
    assert setup.of("channels")
    assert setup.of("tags")
    assert len([reason for reason in setup.of("lost_reasons") if reason.name]) >= 4
    assert any(kind.values.get("suggested_next_type_ids") for kind in setup.of("activity_types"))
    # Those that Odoo or the addon ship have their place, or are removed
    removed = {removal.xmlid for removal in setup.removals}
    assert {reason.xmlid for reason in setup.of("lost_reasons") if not reason.name} == set(SHIPPED_REASONS) - removed


@each
def test_everything_is_there_in_ukrainian(name):
    setup = read.read_folder(FOLDER / name)
    for record in setup.records.values():
        for field, spec in state.FIELDS[record.directory].items():
            if spec.translate and record.values.get(field) and record.values[field] != "HoReCa":
                text = record.translations[field]["uk_UA"]
                assert text != record.values[field]
                assert not set(text.lower()) & set("abcdefghijklmnopqrstuvwxyzыэъё"), text
    for names in ([record.name for record in setup.of(directory) if record.name] for directory in state.DIRECTORIES):
        assert len(names) == len(set(names))


@each
def test_applied_on_a_fresh_database_and_taken_back(name):
    setup, here = read.read_folder(FOLDER / name), fresh()
    plan = merge(here, here, setup)
    assert not plan.of("conflict")
    shown = [record.xmlid for record in plan.result.of("stages")]
    assert shown == setup.order["stages"]
    assert not merge(plan.base, plan.result, setup, kept=plan.kept).changes
    back = undo(here, plan.result, plan.result)
    assert back.result == here
    # And another one instead
    other = read.read_folder(FOLDER / "crm_setup_services")
    plan = merge(here, back.result, other)
    assert not plan.of("conflict")


def test_a_type_that_is_not_here_is_not_made_without_a_name():
    setup, here = read.read_folder(FOLDER / "crm_setup_services"), fresh()
    del here.records["mail.mail_activity_data_email"]
    here.normalise()
    plan = merge(here, here, setup)
    assert "mail.mail_activity_data_email" not in plan.result.records
    assert not plan.of("conflict")
