# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each line of "Strict reading": refused, with the file and the line, and by the sentence that fits."""

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from setup_file import errors, read, state, write
from setup_file.errors import SetupFileError

NAME = "acme_crm"
STAGES = "data/crm_stage_data.xml"
TYPES = "data/mail_activity_type_data.xml"
TEAMS = "data/crm_team_data.xml"
REMOVALS = "data/crm_transfer_removal_data.xml"
PO = "i18n/uk_UA.po"
POT = "i18n/acme_crm.pot"


def make():
    setup = state.Setup("7c1f", NAME, "Acme", languages=["uk_UA"])

    def add(directory, xmlid, translations=None, **values):
        by_field = {name: {"uk_UA": text} for name, text in (translations or {}).items()}
        setup.records[xmlid] = state.Record(directory, xmlid, values, by_field)

    add(
        "channels",
        "acme_crm.team_shop",
        name="Shop",
        active=True,
        company_id="own",
        user_id="admin",
        member_ids=["admin", "demo"],
        color=1,
        invoiced_target=100.0,
    )
    add("stages", "acme_crm.stage_new", {"name": "Нова"}, name="New", probability=10.0, team_ids=["acme_crm.team_shop"])
    add("stages", "crm.stage_lead4", name="Won", is_won=True, requirements=False)
    add(
        "activity_types",
        "acme_crm.activity_type_call",
        {"name": "Дзвінок", "default_note": {"Ask": "Спитати"}},
        name="Call",
        category="phonecall",
        default_note="<p>Ask</p>",
        triggered_next_type_id="acme_crm.activity_type_call",
        suggested_next_type_ids=["acme_crm.activity_type_call"],
    )
    add("tags", "acme_crm.tag_key", name="Key")
    setup.removals = [state.Removal("crm.lost_reason_2", "crm.lost.reason")]
    return setup.normalise()


FILES = write.write_module(make())


def changed(path, old, new, files=FILES):
    """The files with one text replaced by another: the text is there once."""
    text = files[path].decode()
    assert text.count(old) == 1, (path, old, text.count(old))
    return {**files, path: text.replace(old, new).encode()}


def line_of(files, path, text):
    return next(number for number, line in enumerate(files[path].decode().splitlines(), 1) if text in line)


def refused(files, code, path=None, mark=None, name=NAME):
    with pytest.raises(SetupFileError) as caught:
        read.read_files(files, name)
    error = caught.value
    assert error.code == code, str(error)
    assert error.template in errors.MESSAGES.values()
    assert str(error)
    assert error.file == path
    if isinstance(mark, int):
        assert error.line == mark
    elif mark:
        assert error.line == line_of(files, path, mark)
    return error


def test_what_was_written_is_accepted():
    assert read.read_files(FILES, NAME) == make()


# ------------------------------------------------------------
# XML
# ------------------------------------------------------------

NEW = '<field name="name">New</field>'
PROBABILITY = '<field name="probability" eval="10.0"/>'
TEAM_REF = "[Command.set([ref('team_shop')])]"
RECORD = '<record id="stage_new" model="crm.stage" forcecreate="False">'
ROOT = '<odoo noupdate="1">'

XML = [
    # (old, new, code, a text of the line that is named)
    (ROOT, '<!DOCTYPE odoo [<!ENTITY a "b">]>\n<odoo noupdate="1">', "doctype", "<!DOCTYPE"),
    (ROOT, '<!DOCTYPE odoo SYSTEM "http://example.com/a.dtd">\n<odoo noupdate="1">', "doctype", "<!DOCTYPE"),
    (NEW, '<field name="name">&a;</field>', "xml", "&a;"),
    (ROOT, '<odoo noupdate="1" xmlns:xi="http://www.w3.org/2001/XInclude">', "namespace", "<odoo"),
    (
        NEW,
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>',
        "namespace",
        "xi:include",
    ),
    (NEW, NEW + '<field xmlns="urn:a" name="color" eval="1"/>', "namespace", "urn:a"),
    (RECORD, RECORD.replace(" model", ' xml:lang="uk" model'), "namespace", "xml:lang"),
    (ROOT, '<?include a?>\n<odoo noupdate="1">', "instruction", "<?include"),
    (NEW, "<?a b?>" + NEW, "instruction", "<?a"),
    ('encoding="utf-8"', 'encoding="windows-1251"', "encoding", 1),
    (NEW, '<field name="name">a<!-- c -->b</field>', "child", "<!-- c -->"),
    (NEW, '<field name="name">a<b>c</b></field>', "child", "<b>"),
    (NEW, '<field name="name"><?a b?></field>', "instruction", "<?a"),
    (NEW, '<field name="team_ids"><record id="x" model="crm.team" forcecreate="False"/></field>', "child", '"x"'),
    (NEW, NEW + '<record id="x" model="crm.stage" forcecreate="False"/>', "tag", 'id="x"'),
    (NEW, NEW.replace("</field>", "</feld>"), "xml", "</feld>"),
    (ROOT, "<odoo>", "root", "<odoo"),
    (ROOT, '<odoo noupdate="0">', "root", "<odoo"),
    (ROOT, '<odoo noupdate="1" context="{}">', "root", "<odoo"),
    (RECORD, "stray " + RECORD, "text_outside", None),
    (NEW, "stray " + NEW, "text_outside", None),
    (RECORD, '<function model="crm.stage" name="unlink"/>' + RECORD, "tag", "<function"),
    (RECORD, '<delete model="crm.stage" id="crm.stage_lead1"/>' + RECORD, "tag", "<delete"),
    (RECORD, '<template id="a"/>' + RECORD, "tag", "<template"),
    (RECORD, '<menuitem id="a" name="A"/>' + RECORD, "tag", "<menuitem"),
    (RECORD, '<data noupdate="0"/>' + RECORD, "tag", "<data"),
    (RECORD, '<asset id="a" name="a"/>' + RECORD, "tag", "<asset"),
    (RECORD, RECORD.replace("crm.stage", "res.users"), "wrong_model", "res.users"),
    (RECORD, RECORD.replace("crm.stage", "crm.tag"), "wrong_model", "crm.tag"),
    (RECORD, RECORD.replace(' forcecreate="False"', ""), "forcecreate", "stage_new"),
    (RECORD, RECORD.replace('"False"', '"True"'), "forcecreate", "stage_new"),
    (RECORD, RECORD.replace('id="stage_new" ', ""), "attribute_missing", None),
    (RECORD, RECORD.replace(' model="crm.stage"', ""), "attribute_missing", None),
    (RECORD, RECORD.replace("stage_new", "a.b.c"), "wrong_id", "a.b.c"),
    (RECORD, RECORD.replace("stage_new", "a b"), "wrong_id", "a b"),
    (RECORD, RECORD.replace("stage_new", ""), "wrong_id", 'id=""'),
    (RECORD, RECORD.replace("stage_new", "crm.stage_lead4"), "id_twice", None),
    (RECORD, RECORD.replace("stage_new", "acme_crm.team_shop"), "id_twice", "team_shop"),
    (RECORD, RECORD.replace(" model", ' uid="base.user_admin" model'), "attribute", "uid"),
    (RECORD, RECORD.replace(" model", " context=\"{'lang': 'uk_UA'}\" model"), "attribute", "context"),
    (NEW, NEW.replace(" name", ' type="html" name'), "attribute", "type"),
    (NEW, NEW.replace(" name", ' file="a.txt" name'), "attribute", "file"),
    (NEW, NEW.replace(" name", ' model="res.users" name'), "attribute", "res.users"),
    (NEW, NEW.replace(" name", ' use="login" name'), "attribute", "login"),
    (NEW, "<field>New</field>", "attribute_missing", "<field>New"),
    (NEW, NEW + '<field name="name">Newer</field>', "field_twice", None),
    (NEW, NEW + '<field name="id" eval="1"/>', "field_left_out", '"id"'),
    (NEW, NEW + '<field name="create_uid" ref="base.user_admin"/>', "field_left_out", "create_uid"),
    (NEW, NEW + '<field name="name@uk_UA">Нова</field>', "unknown_field", "@uk_UA"),
    (NEW, NEW + '<field name="display_name">x</field>', "unknown_field", "display_name"),
    (NEW, '<field name="name"></field>', "empty", '"name"'),
    (NEW, '<field name="name" eval="False"/>', "name_missing", '"name"'),
    (NEW, "", "field_missing", "stage_new"),
    ('<field name="sequence" eval="10"/>', "", "field_missing", "stage_new"),
    ('<field name="sequence" eval="10"/>', '<field name="sequence" eval="20"/>', "sequence_twice", None),
    (PROBABILITY, '<field name="probability" eval="10.0" ref="a"/>', "two_values", "probability"),
    (PROBABILITY, '<field name="probability" eval="10.0">10.0</field>', "two_values", "probability"),
    (PROBABILITY, '<field name="probability" eval="float(\'nan\')"/>', "value_float", "probability"),
    (PROBABILITY, '<field name="probability">nan</field>', "value_float", "probability"),
    (PROBABILITY, '<field name="probability" eval="1e999"/>', "value_float", "probability"),
    (PROBABILITY, '<field name="probability" eval="True"/>', "value_float", "probability"),
    (PROBABILITY, '<field name="probability" eval="9 + 1"/>', "value_float", "probability"),
    (PROBABILITY, '<field name="probability" eval="time.sleep(9)"/>', "value_float", "probability"),
    (PROBABILITY, '<field name="probability" eval="010"/>', "value_float", "probability"),
    (PROBABILITY, '<field name="probability" eval=" 10"/>', "value_float", "probability"),
    (PROBABILITY, '<field name="probability">1_0</field>', "value_float", "probability"),
    (PROBABILITY, '<field name="probability">١٠</field>', "value_float", "probability"),
    (PROBABILITY, '<field name="probability" search="[]"/>', "value_float", "probability"),
    (PROBABILITY, '<field name="color" eval="1.0"/>', "value_integer", "color"),
    (PROBABILITY, '<field name="color" eval="False"/>', "value_integer", "color"),
    (PROBABILITY, '<field name="color" eval="2147483648"/>', "value_integer", "color"),
    (PROBABILITY, '<field name="is_won" eval="1"/>', "value_boolean", "is_won"),
    (PROBABILITY, '<field name="is_won">yes</field>', "value_boolean", "is_won"),
    (PROBABILITY, '<field name="is_won" eval="not True"/>', "value_boolean", "is_won"),
    (NEW, '<field name="name" eval="\'New\'"/>', "value_text", '"name"'),
    (NEW, '<field name="name" eval="True"/>', "value_text", '"name"'),
    (NEW, '<field name="name" ref="base.user_admin"/>', "value_text", '"name"'),
    (TEAM_REF, "[Command.link(ref('team_shop'))]", "value_list", "link"),
    (TEAM_REF, "[Command.create({'name': 'A'})]", "value_list", "Command.create"),
    (TEAM_REF, "[Command.delete(ref('team_shop'))]", "value_list", "delete"),
    (TEAM_REF, "[Command.set([ref('team_shop'), ref('team_shop')])]", "value_list", "set"),
    (TEAM_REF, "[Command.set([1])]", "value_list", "set"),
    (TEAM_REF, "[Command.set([obj(1).id])]", "value_list", "set"),
    (TEAM_REF, "[(6, 0, [])]", "value_list", "6, 0"),
    (TEAM_REF, "[Command.set([ref('a.b.c')])]", "value_list", "set"),
    (TEAM_REF, "[Command.set([ref('base.user_admin')])]", "reference_missing", "user_admin"),
    (TEAM_REF, "[Command.set([ref('team_gone')])]", "reference_missing", "team_gone"),
    (TEAM_REF, "[Command.set([ref('crm.stage_lead4')])]", "reference", "lead4')"),
]


@pytest.mark.parametrize(("old", "new", "code", "mark"), XML)
def test_xml(old, new, code, mark):
    refused(changed(STAGES, old, new), code, STAGES, mark)


TYPE_XML = [
    (TYPES, '<field name="category">phonecall</field>', '<field name="category"> call</field>', "value_selection"),
    (TYPES, '<field name="category">phonecall</field>', '<field name="default_user_id" eval="1"/>', "value_login"),
    (
        TYPES,
        '<field name="category">phonecall</field>',
        "<field name=\"default_user_id\" search=\"[('id', '=', 1)]\"/>",
        "value_login",
    ),
    (
        TYPES,
        '<field name="category">phonecall</field>',
        "<field name=\"default_user_id\" search=\"[('login', '=', obj)]\"/>",
        "value_login",
    ),
    (
        TYPES,
        '<field name="category">phonecall</field>',
        '<field name="triggered_next_type_id" ref="activity_type_call"/>',
        "second_needed",
    ),
    (TYPES, 'ref="activity_type_call"', 'search="[]"', "value_reference"),
    (TYPES, 'ref="activity_type_call"', 'ref="base.user_admin"', "reference_missing"),
    (TYPES, 'ref="activity_type_call"', 'ref="mail.act window"', "value_reference"),
    (TYPES, 'ref="activity_type_call"', 'ref="team_shop"', "reference"),
    (
        TYPES,
        '<field name="category">phonecall</field>',
        '<field name="mail_template_ids" eval="[]"/>',
        "field_left_out",
    ),
    (TEAMS, "[('login', '=', 'admin')]", "[('login', 'like', 'admin')]", "value_login"),
    (TEAMS, "[('login', '=', 'admin')]", "[('login', '=', '')]", "value_login"),
    (TEAMS, "[('login', 'in', ['admin', 'demo'])]", "[(1, '=', 1)]", "value_logins"),
    (TEAMS, "[('login', 'in', ['admin', 'demo'])]", "[('login', 'in', ['demo', 'demo'])]", "value_logins"),
    (TEAMS, 'ref="base.main_company"', 'ref="base.user_admin"', "value_company"),
    (TEAMS, 'ref="base.main_company"', 'eval="1"', "value_company"),
    (TEAMS, '<field name="color" eval="1"/>', '<field name="assignment_domain">[]</field>', "field_left_out"),
    (TEAMS, '<field name="color" eval="1"/>', '<field name="alias_id" ref="mail.a"/>', "field_left_out"),
    (REMOVALS, '<field name="model">crm.lost.reason</field>', "", "removal"),
    (REMOVALS, "crm.lost_reason_2</field>", "acme_crm.tag_key</field>", "removal"),
    (REMOVALS, "crm.lost_reason_2</field>", "lost_reason_2</field>", "removal"),
    (REMOVALS, "crm.lost_reason_2</field>", "bjet_crm_setup.stage_undefined</field>", "undefined"),
    (STAGES, '"stage_new"', '"bjet_crm_setup.stage_undefined"', "undefined"),
    (TYPES, '<field name="category">phonecall</field>', '<field name="res_model">res.users</field>', "value_selection"),
    (REMOVALS, "crm.lost_reason_2</field>", "crm.stage_lead4</field>", "removed_and_there"),
    (REMOVALS, ">crm.lost.reason<", ">res.users<", "wrong_model"),
    (REMOVALS, '"bjet.crm.removal"', '"res.users"', "wrong_model"),
    (REMOVALS, 'id="removal_crm__lost_reason_2"', 'id="tag_key"', "id_twice"),
]


@pytest.mark.parametrize(("path", "old", "new", "code"), TYPE_XML)
def test_values_of_the_other_files(path, old, new, code):
    error = refused(changed(path, old, new), code, path)
    # the field itself is named by its line, a record by its first one
    assert new in FILES[path].decode() or error.line <= line_of(changed(path, old, new), path, new or "</record>")


SECOND = '    <record id="activity_type_call" model="mail.activity.type" forcecreate="False">\n'


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (SECOND + '<field name="name">Again</field></record></odoo>', "id_twice"),
        (SECOND + '<field name="triggered_next_type_id" eval="False"/></record></odoo>', "id_twice"),
        (
            SECOND.replace("_call", "_b")
            + '<field name="name">B</field><field name="sequence" eval="99"/></record></odoo>',
            "second_order",
        ),
    ],
)
def test_a_second_record_has_only_references(new, code):
    refused(changed(TYPES, "</odoo>", new), code, TYPES)


def test_a_second_record_says_each_field_once():
    files = changed(
        TYPES, '<field name="category">', '<field name="triggered_next_type_id" eval="False"/><field name="category">'
    )
    refused(files, "second_record", TYPES)


# ------------------------------------------------------------
# Bytes and files
# ------------------------------------------------------------


@pytest.mark.parametrize("path", [STAGES, "__manifest__.py", PO, "README.md"])
def test_only_utf8_without_a_byte_order_mark(path):
    refused({**FILES, path: b"\xef\xbb\xbf" + FILES[path]}, "bom", path, 1)
    refused({**FILES, path: FILES[path].decode().encode("utf-16")}, "not_utf8", path, 1)
    refused({**FILES, path: FILES[path] + b"\xff"}, "not_utf8", path, FILES[path].count(b"\n") + 1)


@pytest.mark.parametrize(
    "path",
    [
        "data/crm.tag.csv",
        "data/a.sql",
        "data/other.xml",
        "models/a.py",
        "hooks.py",
        "static/src/a.js",
        "security/ir.model.access.csv",
        "inner.zip",
        "data/crm_tag_data.XML",
        "i18n/a/uk_UA.po",
        "i18n/other.pot",
    ],
)
def test_no_other_files(path):
    refused({**FILES, path: b""}, "unknown_file", path)


@pytest.mark.parametrize("lang", ["en", "en_US", "uk.UA", "", "UK"])
def test_only_languages(lang):
    path = f"i18n/{lang}.po"
    refused({**FILES, path: FILES[PO]}, "po_language", path)


def test_english_of_elsewhere_is_a_language():
    files = {**FILES, "i18n/en_GB.po": FILES[PO]}
    assert read.read_files(files, NAME).languages == ["en_GB", "uk_UA"]


def test_python_is_empty():
    refused({**FILES, "__init__.py": b"from . import models\n"}, "not_empty", "__init__.py", 1)


@pytest.mark.parametrize("path", ["__init__.py", "__manifest__.py"])
def test_a_module_is_whole(path):
    refused({key: content for key, content in FILES.items() if key != path}, "missing_file", path)


@pytest.mark.parametrize("name", ["", "Acme", "acme-crm", "1acme", "acme crm", "../acme", "a" * 65])
def test_a_module_has_a_name(name):
    refused(FILES, "name", name=name)


def test_not_too_much():
    refused({**FILES, "README.md": b"a" * (5 << 20)}, "too_big")
    refused({**FILES, **{f"i18n/{number}": b"" for number in range(200)}}, "too_many_files")


# ------------------------------------------------------------
# Manifest
# ------------------------------------------------------------

MANIFEST = "__manifest__.py"
CATEGORY = '"category": "Sales/CRM"'


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (CATEGORY, '"external_dependencies": {"python": ["os"]}', "manifest_key"),
        (CATEGORY, '"auto_install": True', "manifest_key"),
        (CATEGORY, '"post_init_hook": "a"', "manifest_key"),
        (CATEGORY, '"assets": {}', "manifest_key"),
        (CATEGORY, '"demo": []', "manifest_key"),
        (CATEGORY, '"installable": False', "manifest_value"),
        (CATEGORY, '"name": "Again"', "manifest_twice"),
        (CATEGORY, '"category": open("/etc/passwd").read()', "manifest_word"),
        (CATEGORY, '"category": "a" + "b"', "manifest_word"),
        (CATEGORY, '"category": f"{1}"', "manifest_word"),
        (CATEGORY, '"category": b"a"', "manifest_word"),
        (CATEGORY, '"category": -1', "manifest_word"),
        (CATEGORY, '"category": 1', "manifest_value"),
        (CATEGORY, '"category": ("a",)', "manifest_kind"),
        (CATEGORY, '"category": {"a"}', "manifest_kind"),
        (CATEGORY, '"category": {**{}}', "manifest_word"),
        (CATEGORY, '"category": [*[]]', "manifest_word"),
        (CATEGORY, '"category": ' + "[" * 9 + "]" * 9, "manifest_nesting"),
        (CATEGORY, '"category": ' + "-" * 9999 + "1", "manifest_word"),
        (CATEGORY, '"category": "' + "a" * 70000 + '"', "manifest_long"),
        ('"19.0.1.0.0"', '"18.0.1.0.0"', "manifest_value"),
        ('"19.0.1.0.0"', '"1.0"', "manifest_value"),
        ('"bjet_crm_transfer",', "", "manifest_value"),
        ('"bjet_crm_transfer",', '"bjet_crm_transfer", "../a",', "manifest_value"),
        ('"format": 1', '"format": 2', "format"),
        ('"format": 1', '"format": True', "manifest_value"),
        ('"format": 1', '"format": 1, "more": 1', "manifest_value"),
        ('"id": "7c1f"', '"id": ""', "manifest_value"),
        ('"crm_transfer": {"format": 1, "id": "7c1f"},', "", "no_setup"),
        ('"name": "Acme",', "", "manifest_missing"),
        ('"data/crm_tag_data.xml",', "", "manifest_data"),
        ('"data/crm_tag_data.xml",', '"../data/crm_tag_data.xml",', "manifest_data"),
        ("{\n", "(\n", "manifest"),
        (CATEGORY, '"category": "\\m"', "manifest_word"),
        (CATEGORY, '"category": "\\ud800"', "manifest_word"),
        (CATEGORY, '"category": "\\x00"', "manifest_word"),
        ("{\n", "{\f\n", "manifest_characters"),
    ],
)
def test_manifest(old, new, code):
    files = {**FILES, MANIFEST: FILES[MANIFEST].decode().replace(old, new, 1).encode()}
    error = refused(files, code, MANIFEST)
    assert error.line >= 1


def test_the_manifest_may_be_laid_out_otherwise():
    files = {**FILES, MANIFEST: b"# -*- coding: latin-1 -*-\n# A comment\n\n" + FILES[MANIFEST].replace(b'"', b"'")}
    assert read.read_files(files, NAME) == make()


# ------------------------------------------------------------
# Translations
# ------------------------------------------------------------

NEW_PO = """\
#. module: acme_crm
#: model:crm.stage,name:acme_crm.stage_new
msgctxt "crm.stage,name:acme_crm.stage_new"
msgid "New"
msgstr "Нова"
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("model:crm.stage,name:acme_crm.stage_new", "model:res.users,name:base.user_admin", "po_reference"),
        ("model:crm.stage,name:acme_crm.stage_new", "model:ir.ui.menu,name:crm.crm_menu_root", "po_reference"),
        ("model:crm.stage,name:acme_crm.stage_new", "code:addons/acme_crm/a.py:0", "po_reference"),
        ("model:crm.stage,name:acme_crm.stage_new", "model:crm.stage,name:acme_crm.stage_gone", "po_reference"),
        ("model:crm.stage,name:acme_crm.stage_new", "model:crm.tag,name:acme_crm.stage_new", "po_reference"),
        ("model:crm.stage,name:acme_crm.stage_new", "model:crm.stage,requirements:acme_crm.stage_new", "po_reference"),
        ("model:crm.stage,name:acme_crm.stage_new", "model_terms:crm.stage,name:acme_crm.stage_new", "po_reference"),
        ("#: model:crm.stage,name:acme_crm.stage_new\n", "", "po_no_reference"),
        ("#. module: acme_crm", "#. module: base", "po_comment"),
        ("#. module: acme_crm\n", "", "po_comment"),
        ("#. module: acme_crm\n", "#. module: acme_crm\n#, fuzzy\n", "po_fuzzy"),
        ('msgid "New"', 'msgid "Newer"', "po_source"),
        ('msgid "New"\n', 'msgid "New"\nmsgid_plural "News"\n', "po_plural"),
        ('msgstr "Нова"\n', 'msgstr "Нова"\nстарий\n', "po"),
        ('msgstr "Нова"\n', 'msgstr "Но\u2028ва"\n', "po_line"),
        ('msgstr "Нова"\n', f'msgstr "Нова"\n\n{NEW_PO}', "po_twice"),
        (
            'msgstr "Нова"\n',
            'msgstr "Нова"\n\n' + NEW_PO.replace('msgctxt "crm.stage,name:acme_crm.stage_new"\n', ""),
            "po_template",
        ),
    ],
)
def test_translations(old, new, code):
    text = FILES[PO].decode()
    assert NEW_PO in text
    files = {**FILES, PO: text.replace(NEW_PO, NEW_PO.replace(old, new)).encode()}
    error = refused(files, code, PO)
    assert error.line >= line_of(FILES, PO, "model:crm.stage,name:acme_crm.stage_new") - 1


def test_the_header_says_utf8():
    refused(changed(PO, "charset=UTF-8", "charset=windows-1251"), "po_header", PO, 1)
    refused({**FILES, PO: b""}, "po_header", PO, 1)


def test_the_template_has_every_entry():
    # Odoo would leave out what is not in it
    refused({path: content for path, content in FILES.items() if path != POT}, "po_template", PO)
    refused(changed(POT, NEW_PO.replace("Нова", ""), ""), "po_template", PO)


def test_a_path_is_no_file_of_translations(tmp_path):
    secret = tmp_path / "secret.po"
    secret.write_bytes(FILES[PO])
    refused({**FILES, PO: str(secret).encode()}, "po", PO)


def test_what_is_obsolete_is_nobodys():
    files = {**FILES, PO: FILES[PO] + '\n#~ msgid "Old"\n#~ msgstr "Стара"\n'.encode()}
    assert read.read_files(files, NAME) == make()


# ------------------------------------------------------------
# Zip
# ------------------------------------------------------------


def zipped(entries, **kwargs):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", **kwargs) as archive:
        for info, content in entries:
            archive.writestr(info, content)
    return target.getvalue()


ENTRIES = [(f"{NAME}/{path}", content) for path, content in FILES.items()]


def zip_refused(content, code, path=None):
    with pytest.raises(SetupFileError) as caught:
        read.read_zip(content)
    assert caught.value.code == code, str(caught.value)
    assert caught.value.file == path


def test_zips_of_other_tools():
    assert read.read_zip(zipped([(f"{NAME}/", b""), *ENTRIES], compression=zipfile.ZIP_DEFLATED)) == make()


@pytest.mark.parametrize("content", [b"", b"PK", b"text", write.zip_module(FILES, NAME)[:-30], b"\x1f\x8b"])
def test_no_zip(content):
    zip_refused(content, "not_zip")


@pytest.mark.parametrize(
    "path",
    [
        "../evil.py",
        f"{NAME}/../../evil.py",
        "/etc/evil",
        f"{NAME}//a",
        f"{NAME}/./a",
        "C:/evil",
        f"{NAME}\\a",
        f"{NAME}/a\0b",
    ],
)
def test_paths_out_of_the_archive(path):
    info = zipfile.ZipInfo("x")
    info.filename = path
    info.orig_filename = path
    try:
        content = zipped([*ENTRIES, (info, b"")])
    except ValueError:
        pytest.skip("this Python writes no such path")
    with pytest.raises(SetupFileError) as caught:
        read.read_zip(content)
    assert caught.value.code in ("path", "not_zip"), str(caught.value)


def test_links():
    info = zipfile.ZipInfo(f"{NAME}/README.md")
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    zip_refused(
        zipped([*(entry for entry in ENTRIES if "README" not in entry[0]), (info, b"/etc/passwd")]),
        "symlink",
        f"{NAME}/README.md",
    )


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("path", ["README.md", "readme.MD"])
def test_twice(path):
    zip_refused(zipped([*ENTRIES, (f"{NAME}/{path}", b"")]), "twice_in_zip", f"{NAME}/{path}")


def test_encrypted():
    content = bytearray(write.zip_module(FILES, NAME))
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<H", content, at + 8, 1)
    struct.pack_into("<H", content, content.index(b"PK\x03\x04") + 6, 1)
    zip_refused(bytes(content), "encrypted", f"{NAME}/README.md")


def test_unusual_compression():
    zip_refused(zipped(ENTRIES, compression=zipfile.ZIP_BZIP2), "compression", f"{NAME}/README.md")


def test_damaged():
    content = write.zip_module(FILES, NAME)
    zip_refused(content.replace(b"Export of CRM", b"Ex port of CR"), "damaged", f"{NAME}/README.md")


def test_a_bomb_is_counted_not_believed():
    bomb = zipped([(f"{NAME}/README.md", b"a" * (50 << 20))], compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 1 << 20
    zip_refused(bomb, "too_big")
    zip_refused(zipped([(f"{NAME}/i18n/{number}", b"") for number in range(300)]), "too_many_files")


def test_one_folder():
    zip_refused(zipped([(path, content) for path, content in FILES.items()]), "one_folder")
    zip_refused(zipped([*ENTRIES, ("other/README.md", b"")]), "one_folder")
    zip_refused(zipped([]), "one_folder")


# ------------------------------------------------------------
# Whatever comes
# ------------------------------------------------------------


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_changed_file_is_read_or_refused(data):
    """No other exception, whatever is in the file."""
    path = data.draw(st.sampled_from(sorted(FILES)))
    content = FILES[path]
    at = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(at, min(len(content), at + 40)))
    pieces = [
        b"",
        b'"',
        b"'",
        b"<",
        b">",
        b"&",
        b"[",
        b"{",
        b"\\",
        b"\n",
        b"\r",
        b"\0",
        b"msgid ",
        b"#",
        b"-",
        b"False",
    ]
    new = data.draw(
        st.one_of(
            st.sampled_from(pieces),
            st.binary(max_size=8),
            st.text(max_size=8).map(lambda t: t.encode("utf-8", "ignore")),
        )
    )
    try:
        setup = read.read_files({**FILES, path: content[:at] + new + content[end:]}, NAME)
    except SetupFileError as error:
        assert str(error)
        return
    # What is accepted is one thing only
    assert read.read_files(write.write_module(setup), NAME) == setup


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_changed_zip_is_read_or_refused(data):
    content = bytearray(write.zip_module(FILES, NAME))
    for _number in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read.read_zip(bytes(content))
    except SetupFileError as error:
        assert str(error)
