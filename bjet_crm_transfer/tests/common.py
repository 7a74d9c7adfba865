# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the transfer share: users of each kind, and short ways to export, preview and apply."""

import base64
import io
import zipfile

from odoo.addons.bjet_crm_setup.tests.common import UKRAINIAN, SetupCase

from ..setup_file import read, state, write

NAME = "acme_crm"


class TransferCase(SetupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.transfer = cls.env["bjet.crm.transfer"].with_user(cls.manager)

    def export(self, name=NAME, user=None, **options):
        """The exported file as base64."""
        transfer = self.transfer.with_user(user or self.manager)
        return transfer.export_setup(name, **options)["content"]

    def read(self, content):  # pylint: disable=method-required-super
        """The set-up of a file."""
        return read.read_zip(base64.b64decode(content))

    def files(self, content):
        """The files of the module: `{path: text}`."""
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(content))) as archive:
            return {name.partition("/")[2]: archive.read(name).decode() for name in archive.namelist()}

    def pack(self, setup):
        """A set-up as a file."""
        return base64.b64encode(write.zip_module(write.write_module(setup), setup.name)).decode()

    def make_setup(self, *records, name=NAME, **values):
        """A set-up of a few records, ordered as given."""
        setup = state.Setup(id=name, name=name, title="Acme", languages=[UKRAINIAN], **values)
        directories = {record.directory for record in records}
        setup.directories = values.get("directories") or [d for d in state.DIRECTORIES if d in directories]
        for record in records:
            setup.records[record.xmlid] = record
            if record.directory in state.ORDERED:
                setup.order.setdefault(record.directory, []).append(record.xmlid)
        return setup.normalise()

    def record(self, directory, xmlid, uk=None, **values):
        """One record of a set-up."""
        translations = {"name": {UKRAINIAN: uk}} if uk else {}
        return state.Record(directory, xmlid, values, translations)

    def kinds(self, preview):
        """A preview as `{(kind, external id)}`."""
        return {(change["kind"], change["xmlid"]) for change in preview["changes"]}

    def counts(self):
        """How many records of each model there are, to tell that nothing was left behind."""
        self.env.flush_all()
        models = [*state.DIRECTORY_OF, "ir.model.data", "mail.message", "mail.alias", "bjet.crm.removal"]
        models += ["bjet.crm.transfer.history", "crm.team.member"]
        return {model: self.env[model].with_context(active_test=False).search_count([]) for model in models}
