# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The command `odoo-bin crm_transfer`: what the screens do, for scripts.

Odoo looks for commands in the addons path before it reads `-c`: give `--addons-path`, or ODOO_RC, or install the addon by
pip. It loads this file by itself, not the addon; an ImportError here would read as "Unknown command".
"""
# pylint: disable=print-used,odoo-addons-relative-import  # a command answers by printing, and is in no package

import argparse
import base64
import contextlib
import json
import sys
from pathlib import Path

from odoo.cli.command import Command

NOTHING, FAILED, DIFFERENCES, CONFLICTS = 0, 1, 2, 3


class Refused(Exception):
    """What is wrong, in a sentence."""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        """Wrong arguments are a failure like any other: 2 says that there are differences."""
        self.print_usage(sys.stderr)
        self.exit(FAILED, f"{self.prog}: {message}\n")


def _conflict(text):
    """An entry of `take`, see `apply_setup`."""
    parts = text.split(",")
    if len(parts) not in (2, 3) or not parts[0]:
        raise argparse.ArgumentTypeError(f"{text!r} is no XMLID,FIELD or XMLID,FIELD,LANG")
    return [*parts[:2], parts[2] if parts[2:] and parts[2] else False]


class CrmTransfer(Command):
    """Export a CRM set-up to a file, see what a file would change, apply it, take it back."""

    name = "crm_transfer"

    @property
    def parser(self):
        if not self._parser:
            common = argparse.ArgumentParser(add_help=False)
            common.add_argument("database")
            common.add_argument("-c", "--config", help="Odoo's configuration file")
            common.add_argument("--user", metavar="LOGIN", help="whose rights apply; the superuser's without it")
            common.add_argument("--lang", default="en_US", help="the language of what is told, uk_UA for one")
            common.add_argument(
                "--json", action="store_true", help="tell everything as JSON, which ends with complete: true"
            )
            self._parser = Parser(prog=self.prog, description=self.__doc__)
            commands = self._parser.add_subparsers(dest="command", required=True, parser_class=Parser)
            export = commands.add_parser("export", parents=[common], help="write the set-up of a database")
            export.add_argument("name", help="technical name of the module: acme_crm")
            export.add_argument(
                "-o", "--output", type=Path, help="a .zip, or a folder that becomes the module; NAME.zip without"
            )
            export.add_argument("--title")
            export.add_argument(
                "--directories", help="channels,stages,activity_types,tags,lost_reasons; all without it"
            )
            export.add_argument("--people", action="store_true", help="leaders and members go along, by login")
            plan = commands.add_parser(
                "plan", parents=[common], help="tell what a file would change: exit 0 nothing, 2 something, 3 conflicts"
            )
            apply = commands.add_parser("apply", parents=[common], help="apply a file")
            for parser in (plan, apply):
                parser.add_argument("file", type=Path, help="a .zip, or the folder of the module")
                parser.add_argument("--no-people", action="store_true", help="leave leaders and members out")
            apply.add_argument("--plan", type=Path, help="what plan --json wrote: do exactly that, or nothing")
            apply.add_argument(
                "--take", action="append", default=[], metavar="XMLID,FIELD[,LANG]", type=_conflict,
                help="the file's value wins in this conflict",
            )  # fmt: skip
            undo = commands.add_parser("undo", parents=[common], help="take an apply back")
            undo.add_argument("history", nargs="?", type=int, help="its number in the history; the last one without it")
        return self._parser

    def run(self, cmdargs):
        arguments = self.parser.parse_args(cmdargs)
        sys.exit(Run(arguments).run())


class Run:
    """One call of the command."""

    def __init__(self, arguments):
        self.arguments = arguments

    def run(self):
        """Do it; return the exit code."""
        # nothing of Odoo before its configuration is read
        from psycopg2 import Error

        from odoo.exceptions import AccessError, UserError

        try:
            with self._environment() as env:
                code, result, text = getattr(self, self.arguments.command)(env)
        except Refused as error:
            return self._fail(str(error))
        except (UserError, AccessError) as error:
            return self._fail(error.args[0])
        except (Error, OSError) as error:
            return self._fail(str(error).strip())
        if self.arguments.json:
            print(json.dumps({**result, "complete": True}, ensure_ascii=False, indent=2))
        else:
            print(text)
        return code

    def _fail(self, sentence):
        if self.arguments.json:
            print(json.dumps({"error": sentence, "complete": True}, ensure_ascii=False, indent=2))
        print(f"crm_transfer: {sentence}", file=sys.stderr)
        return FAILED

    @contextlib.contextmanager
    def _environment(self):
        from odoo import SUPERUSER_ID, api
        from odoo.modules.registry import Registry
        from odoo.tools import config

        options = ["--no-http", "-d", self.arguments.database]
        if self.arguments.config:
            if not Path(self.arguments.config).is_file():  # Odoo would leave with what says that there are differences
                raise Refused(f"there is no configuration file {self.arguments.config}")
            options += ["-c", self.arguments.config]
        if not any(argument.startswith("--log-level") for argument in sys.argv):
            options += ["--log-level", "warn"]
        config.parse_config(options, setup_logging=True)
        registry = Registry(self.arguments.database)
        if "bjet.crm.transfer" not in registry:
            raise Refused(f"the module bjet_crm_transfer is not installed in the database {self.arguments.database}")
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"lang": self.arguments.lang})
            if self.arguments.lang not in dict(env["res.lang"].get_installed()):
                raise Refused(f"the language {self.arguments.lang} is not installed in the database {cr.dbname}")
            if self.arguments.user:
                user = env["res.users"].search([("login", "=", self.arguments.user)])
                if not user:
                    raise Refused(f"there is no user {self.arguments.user}")
                env = env(user=user.id, context={**env.context, "allowed_company_ids": user.company_id.ids})
            yield env

    def _call(self, env, method, *arguments, **options):
        """Call as a server would: with a few tries, committed, and other servers told."""
        from odoo.service.model import retrying

        return retrying(lambda: getattr(env["bjet.crm.transfer"], method)(*arguments, **options), env)

    # ------------------------------------------------------------
    # COMMANDS
    # ------------------------------------------------------------

    def export(self, env):
        """Write the file; (exit code, result, text)."""
        directories = self.arguments.directories
        exported = self._call(
            env, "export_setup", self.arguments.name, self.arguments.title,
            directories.split(",") if directories else None, self.arguments.people,
        )  # fmt: skip
        content = base64.b64decode(exported["content"])
        output = self.arguments.output or Path(exported["filename"])
        if output.suffix == ".zip":
            output.write_bytes(content)
        else:
            self._unpack(env, content, output)
        return NOTHING, {"file": str(output)}, str(output)

    def _unpack(self, env, content, folder):
        """Write the module's files, and take away those of an earlier export that are no part of it any more."""
        from odoo.addons.bjet_crm_transfer.setup_file import read, write

        setup = read.read_zip(content)
        files = write.write_module(setup)
        for path in [*folder.glob("data/*.xml"), *folder.glob("i18n/*.po*")]:
            if path.relative_to(folder).as_posix() not in files:
                path.unlink()
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def plan(self, env):
        """Tell what applying would do; (exit code, result, text)."""
        preview = env["bjet.crm.transfer"].preview_setup(self._read(), people=not self.arguments.no_people)
        env.cr.rollback()
        return self._tell_preview(env, preview)

    def _tell_preview(self, env, preview):
        kinds = {change["kind"] for change in preview["changes"]}
        code = NOTHING
        if "conflict" in kinds:
            code = CONFLICTS
        elif kinds - {"keep"} or preview["missing_people"] or preview["missing_modules"]:
            code = DIFFERENCES
        return code, preview, "\n".join(env["bjet.crm.transfer"]._tell_lines(preview))

    def apply(self, env):
        """Apply; (exit code, result, text)."""
        fingerprint = None
        if self.arguments.plan:
            try:
                plan = json.loads(self.arguments.plan.read_text())
            except ValueError:
                plan = {}
            if not isinstance(plan, dict) or plan.get("complete") is not True or "fingerprint" not in plan:
                raise Refused(f"{self.arguments.plan} is no whole plan: write one with plan --json")
            fingerprint = plan["fingerprint"]
        result = self._call(
            env, "apply_setup", self._read(), fingerprint, take=self.arguments.take,
            people=not self.arguments.no_people,
        )  # fmt: skip
        return NOTHING, result, self._tell_counts(env, result)

    def undo(self, env):
        """Take back; (exit code, result, text)."""
        history = env["bjet.crm.transfer.history"]
        number = self.arguments.history or history._get_newest().id
        if not number:
            raise Refused("nothing was applied that could be taken back")
        result = self._call(env, "undo_setup", number)
        return NOTHING, result, self._tell_counts(env, result)

    def _tell_counts(self, env, counts):
        return "\n".join(env["bjet.crm.transfer"]._tell_counts(counts))

    def _read(self):
        """The file as base64; a folder is packed in memory."""
        path = self.arguments.file
        if not path.exists():
            raise Refused(f"there is no file {path}")
        if path.is_dir():
            from odoo.addons.bjet_crm_transfer.setup_file import read, write
            from odoo.addons.bjet_crm_transfer.setup_file.errors import SetupFileError

            try:
                setup = read.read_folder(path)
                content = write.zip_module(write.write_module(setup), setup.name)
            except SetupFileError as error:
                raise Refused(str(error)) from None
        else:
            content = path.read_bytes()
        return base64.b64encode(content).decode()
