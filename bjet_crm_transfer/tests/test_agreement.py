# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import unittest

from odoo.tests import tagged
from odoo.tools.convert import convert_xml_import

from ..setup_file import layout, read, write
from ..setup_file.errors import SetupFileError
from ..tools.collect import Directories
from .common import NAME, TransferCase

try:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st
except ImportError:  # the tests of a customer's database run without the packages of this project's own
    given = None

if given:
    # spellings of values that one reader or the other might take, each for a field that has no rule of its own
    plain = st.sampled_from(
        ["New", "0", "False", " a ", "a\nb", "a\r\nb", "a&#13;b", "&lt;p&gt;", "&amp;amp;", "Ї", "1e1"]
    )
    text = st.one_of(
        plain.map(lambda word: f">{word}</field>"),
        plain.map(lambda word: f"><![CDATA[{word}]]></field>"),
        st.sampled_from(['eval="False"/>', 'eval="None"/>', "eval=\"'a'\"/>", "/>", ">a<!-- c -->b</field>"]).map(
            " {}".format
        ),
    )
    boolean = st.sampled_from(
        [*(f' eval="{word}"/>' for word in ("True", "False", "1", "not True", " True")),
         *(f">{word}</field>" for word in ("True", "False", "1", "0", "true", "no", " True", ""))]
    )  # fmt: skip
    numbers = st.sampled_from(
        ["0", "7", "07", "+7", "-0", " 7", "7 ", "1_0", "0x7", "7.0", "7.", ".7", "7e0", "7E+0", "٧", "True", "nan", "1e999"]
    )  # fmt: skip
    number = st.one_of(numbers.map(' eval="{}"/>'.format), numbers.map(">{}</field>".format))
    teams = st.sampled_from(
        [f" eval=\"[Command.set([{refs}])]\"/>" for refs in (
            "", "ref('team_a')", f"ref('{NAME}.team_a')", "ref('team_a'), ref('team_b')", "ref('team_b'),ref('team_a')",
            "ref('team_a'), ref('team_a')", "ref( 'team_a' )", "ref('team_a'),", "ref('team_' + 'a')",
        )]
    ) | st.just(" eval=\"[(6, 0, [ref('team_a')])]\"/>")  # fmt: skip
    # one at a time: what is refused hides what stands beside it
    fields = st.one_of(
        st.fixed_dictionaries({name: values})
        for name, values in {
            "requirements": text, "probability": number, "color": number, "fold": boolean, "team_ids": teams
        }.items()
    )  # fmt: skip
    a_name = st.sampled_from(
        [">New</field>", ">a\nb</field>", "><![CDATA[<b>]]></field>", ">&#160;a</field>", ">0</field>"]
    )


@tagged("post_install", "-at_install")
class TestAgreement(TransferCase):
    """Whatever the strict reader accepts, Odoo's own loader reads the same."""

    def setUp(self):
        super().setUp()
        setup = self.make_setup(
            self.record("channels", f"{NAME}.team_a", name="A"),
            self.record("channels", f"{NAME}.team_b", name="B"),
            self.record("stages", f"{NAME}.stage_new", name="New"),
        )
        # without translations, which would have to say the same
        self.files = {
            path: content for path, content in write.write_module(setup).items() if not path.startswith("i18n/")
        }
        self.path = layout.DATA["stages"]

    @unittest.skipUnless(given, "hypothesis is not installed")
    def test_odoo_reads_the_same(self):
        accepted = []

        @settings(
            max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        @given(a_name, fields)
        def check(name, values):
            body = "".join(f'<field name="{field}"{value}' for field, value in {"name": name, **values}.items())
            document = (
                '<?xml version="1.0" encoding="utf-8"?>\n<odoo noupdate="1">\n'
                f'<record id="stage_new" model="crm.stage" forcecreate="False">{body}'
                '<field name="sequence" eval="10"/></record>\n</odoo>\n'
            )
            try:
                setup = read.read_files({**self.files, self.path: document.encode()}, NAME)
            except SetupFileError:
                return
            accepted.append(document)
            self.assertEqual(self.load(setup, document), setup.records[f"{NAME}.stage_new"].values, document)

        check()
        self.assertGreater(len(accepted), 10, "too few of the samples say anything")

    def load(self, setup, document):
        """What the stage is after Odoo loaded the files, as far as the file says anything of it."""
        said = setup.records[f"{NAME}.stage_new"].values
        with self.env.cr.savepoint() as savepoint:
            for directory in ("channels", "stages"):
                content = document.encode() if directory == "stages" else self.files[layout.DATA[directory]]
                with io.BytesIO(content) as opened:
                    opened.name = f"{NAME}/{layout.DATA[directory]}"
                    convert_xml_import(self.env, NAME, opened, {}, "init")
            here = Directories(self.env, NAME, {}, ["channels", "stages"], False, setup.records)
            found = here.setup.records[f"{NAME}.stage_new"].values
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return {name: found[name] for name in said}
