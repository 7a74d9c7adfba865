# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import shutil
import subprocess

import polib
import pytest
from hypothesis import HealthCheck, given, settings
from setup_file import read, state, write
from setup_file.errors import SetupFileError
from strategies import setups

slow = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@slow
@given(setups())
def test_what_is_written_is_read_and_written_again(setup):
    files = write.write_module(setup)
    archive = write.zip_module(files, setup.name)
    again = read.read_zip(archive)
    assert again == setup
    assert write.write_module(again) == files
    assert write.zip_module(write.write_module(again), setup.name) == archive


@slow
@given(setups())
def test_json_holds_a_set_up(setup):
    assert state.Setup.from_json(setup.to_json()) == setup
    assert state.fingerprint(state.Setup.from_json(setup.to_json())) == state.fingerprint(setup)


@slow
@given(setups())
def test_another_name_takes_the_ids_along(setup):
    other = setup.renamed("other_crm")
    assert not any(xmlid.startswith(f"{setup.name}.") for xmlid in other.records)
    assert other.renamed(setup.name) == setup


def make(**kwargs):
    setup = state.Setup("7c1f", "acme_crm", "Acme", languages=["uk_UA"], **kwargs)
    for number, translation in enumerate(["Інше", "Інакше"]):
        setup.records[f"acme_crm.tag_{number}"] = state.Record(
            "tags", f"acme_crm.tag_{number}", {"name": "Other"}, {"name": {"uk_UA": translation}}
        )
    return setup.normalise()


def test_two_of_one_name_keep_their_translations(tmp_path):
    files = write.write_module(make())
    assert read.read_files(files, "acme_crm") == make()
    if msgfmt := shutil.which("msgfmt"):
        for path in ("i18n/uk_UA.po", "i18n/acme_crm.pot"):
            file = tmp_path / "file.po"
            file.write_bytes(files[path])
            done = subprocess.run([msgfmt, "-c", "-o", "/dev/null", file], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
    po = polib.pofile(files["i18n/uk_UA.po"].decode(), check_for_duplicates=True)
    assert [entry.msgstr for entry in po] == ["Інше", "Інакше"]


def test_the_zip_has_no_dates_and_no_surprises():
    archive = write.zip_module(write.write_module(make()), "acme_crm")
    assert archive == write.zip_module(dict(reversed(write.write_module(make()).items())), "acme_crm")


def test_a_translation_that_equals_the_english_is_none():
    setup = make()
    setup.records["acme_crm.tag_0"].translations = {"name": {"uk_UA": "Other"}}
    assert "Інше" not in write.write_module(setup)["i18n/uk_UA.po"].decode()
    assert read.read_files(write.write_module(setup), "acme_crm").records["acme_crm.tag_0"].translations == {}


@pytest.mark.parametrize(
    ("field", "text"),
    [("name", "a\x0b"), ("name", "a\u2028b"), ("name", "\ud800"), ("requirements", "\x00")],
)
def test_a_text_that_no_file_can_carry_is_refused_by_its_record(field, text):
    setup = make()
    setup.records["acme_crm.stage"] = state.Record("stages", "acme_crm.stage", {"name": "Offer", field: text})
    with pytest.raises(SetupFileError) as caught:
        write.write_module(setup)
    assert caught.value.code == "character"
    assert caught.value.params["field"] == field


def test_a_login_that_no_file_can_carry_is_refused():
    setup = make()
    setup.records["acme_crm.team"] = state.Record("channels", "acme_crm.team", {"name": "A", "user_id": "a\\b"})
    with pytest.raises(SetupFileError, match="characters that the file cannot carry"):
        write.write_module(setup)


@pytest.mark.parametrize(("xmlid", "name"), [("acme_crm.a b", "acme_crm"), ("stage", "acme_crm"), ("a.b", "Acme")])
def test_what_is_no_name_is_refused(xmlid, name):
    setup = state.Setup("7c1f", name)
    setup.records[xmlid] = state.Record("tags", xmlid, {"name": "A"})
    with pytest.raises(SetupFileError, match="is no"):
        write.write_module(setup)


def test_a_language_without_a_country_is_that_of_all():
    setup = make()
    setup.languages = ["pt", "pt_BR"]
    setup.records["acme_crm.tag_0"].translations = {"name": {"pt": "Outro", "pt_BR": "Outra"}}
    setup.records["acme_crm.tag_1"].translations = {"name": {"pt": "Outro"}}
    assert read.read_files(write.write_module(setup), "acme_crm") == setup
    here = setup.for_languages(["pt_BR", "pt_PT", "uk_UA"])
    assert here.languages == ["pt_BR", "pt_PT"]
    assert here.records["acme_crm.tag_0"].translations == {"name": {"pt_BR": "Outra", "pt_PT": "Outro"}}
    assert here.records["acme_crm.tag_1"].translations == {"name": {"pt_BR": "Outro", "pt_PT": "Outro"}}
    assert state.base_languages("uk_UA") == ["uk", "uk_UA"]
    assert state.base_languages("es_AR") == ["es", "es_419", "es_AR"]
    assert state.base_languages("pt") == ["pt"]


def test_a_folder_on_the_disk(tmp_path):
    folder = tmp_path / "acme_crm"
    for path, content in write.write_module(make()).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"")
    assert read.read_folder(folder) == make()
    (folder / "data" / "link.xml").symlink_to("/etc/hostname")
    with pytest.raises(SetupFileError, match="link to another file"):
        read.read_folder(folder)
    with pytest.raises(SetupFileError, match="is no folder"):
        read.read_folder(folder / "nowhere")
