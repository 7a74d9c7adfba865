# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is wrong with a file, with its place, in words that can be translated."""


def _(message):
    """Mark a message for Odoo's export of terms; whoever shows it translates it (`env._(MESSAGES[code], **params)`)."""
    return message


MESSAGES = {}


class SetupFileError(Exception):
    """A file that is no set-up, or not one that both we and Odoo read the same way.

    ``code`` is a key of ``MESSAGES``; ``params`` are its placeholders. ``file`` is the path inside the module or archive,
    ``line`` its line from 1; each None where there is none. ``str()`` is the English sentence with its place.
    """

    def __init__(self, code, file=None, line=None, **params):
        self.code = code
        self.file = file
        self.line = line
        self.params = params
        super().__init__(code)

    @property
    def template(self):
        """The English template of the sentence, the msgid of its translations."""
        return MESSAGES[self.code]

    @property
    def place(self):
        """``file:line``, ``file``, or an empty text."""
        if self.file and self.line:
            return f"{self.file}:{self.line}"
        return self.file or ""

    def __str__(self):
        sentence = self.template % self.params
        return f"{self.place}: {sentence}" if self.place else sentence
