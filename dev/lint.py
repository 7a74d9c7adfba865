"""`make lint`: pre-commit and Node.js, both from PyPI and pinned, in a virtual environment apart from Odoo's."""

import os

from . import odoo, paths
from .console import call, failure, say


def ensure():
    """The folder of the programs: pre-commit, uv, node and npm."""
    return odoo.ensure_python(paths.STATE / "lint", paths.ROOT / "dev" / "lint.lock", "the linters").parent


def lint(hooks=()):
    """Check and format every file that git knows."""
    if not (paths.ROOT / ".git").exists():
        raise failure("make lint looks at the files that git knows, and this folder is not a git clone.")
    programs = ensure()
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", "")]),
        "PRE_COMMIT_HOME": str(paths.STATE / "pre-commit"),
        "PYTHONWARNINGS": "ignore",
    }
    log = paths.STATE / "pre-commit" / "pre-commit.log"
    options = ["--all-files", *(["--show-diff-on-failure"] if os.environ.get("CI") else [])]
    code = 0
    for hook in hooks or (None,):
        command = [programs / "pre-commit", "run", *options, *filter(None, [hook])]
        code = call(command, env=environment, cwd=paths.ROOT) or code
    if code == 3:
        say(f"✗ A linter could not be set up; run the same command again. Its log is {log}.")
    return code


def lock(upgrade):
    """Pin the Python packages again that the *.in files ask for."""
    programs = ensure()
    for requirements in sorted((paths.ROOT / "dev").glob("*.in")):
        command = [
            programs / "uv", "pip", "compile", "-q", "--universal", "--python-version", "3.10", "--generate-hashes",
            "--custom-compile-command", "make lock", *(["--upgrade"] if upgrade else []),
            requirements.relative_to(paths.ROOT), "-o", requirements.with_suffix(".lock").relative_to(paths.ROOT),
        ]  # fmt: skip
        if call(command, cwd=paths.ROOT):
            raise failure(f"{requirements.name} could not be pinned.")
    return 0
