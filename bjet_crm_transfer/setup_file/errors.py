# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is wrong with a file, with its place, in words that can be translated."""
# pylint: disable=prefer-env-translation  # plain Python, without a database


def _(message):
    """Mark a message for Odoo's export of terms; whoever shows it translates it (`env._(error.template, **error.params)`)."""
    return message


MESSAGES = {
    # The archive, the folder
    "not_zip": _("This is no zip file, or a damaged one."),
    "too_big": _("A set-up has at most %(limit)s MB, and this one has more."),
    "too_many_files": _("A set-up has at most %(limit)s files, and this one has more."),
    "twice_in_zip": _(
        "This file is in the zip twice, or under two names that differ only in small and capital letters."
    ),
    "path": _("This is no path inside a module: a set-up has only files in its own folder."),
    "symlink": _("This is a link to another file. A set-up has only files."),
    "encrypted": _("This file is encrypted. Make the zip without a password."),
    "compression": _(
        "This file is compressed in a way that is not read here. Make the zip with the usual compression."
    ),
    "damaged": _("This file is damaged in the zip."),
    "one_folder": _("The zip must have one folder, which is the module, with all files in it."),
    "name": _("“%(name)s” is no name of a module: use small letters, digits and underscores, a letter first."),
    "unknown_file": _("A set-up has no such file."),
    "missing_file": _("This file is missing."),
    "not_empty": _("This file must be empty: a set-up has no Python code."),
    "not_utf8": _("This file is not in UTF-8. Save it as UTF-8."),
    "bom": _("This file begins with a byte order mark. Save it as UTF-8 without one."),
    "no_folder": _("“%(path)s” is no folder."),
    # The manifest
    "manifest": _("The manifest is no Python that can be read: %(reason)s."),
    "manifest_kind": _(
        "The manifest must be a dictionary of texts, numbers, lists and dictionaries, and nothing else."
    ),
    "manifest_word": _(
        "“%(word)s” has no place in the manifest of a set-up: it has only texts, numbers, lists and dictionaries."
    ),
    "manifest_long": _("The manifest is too long."),
    "manifest_characters": _("The manifest has characters or line ends that have no place in it."),
    "manifest_nesting": _("The manifest is nested too deep."),
    "manifest_key": _("The manifest of a set-up has no “%(key)s”."),
    "manifest_twice": _("“%(key)s” is in the manifest twice."),
    "manifest_missing": _("“%(key)s” is missing in the manifest."),
    "manifest_value": _("The value of “%(key)s” is not one that a set-up has."),
    "manifest_data": _("“data” must list the files of the folder data, in this order: %(files)s."),
    "no_setup": _("This module is no CRM set-up: “crm_transfer” is missing in its manifest."),
    "format": _(
        "This set-up has the format %(format)s, and format %(known)s is known here. Update the addon BJet CRM Transfer."
    ),
    # XML
    "xml": _("The file is not well formed: %(reason)s."),
    "doctype": _("A set-up has no DOCTYPE and no entities."),
    "encoding": _("The file says that it is in “%(encoding)s”. Save it as UTF-8."),
    "instruction": _("A set-up has no processing instructions."),
    "namespace": _("A set-up has no namespaces in its XML."),
    "root": _('The file must begin with <odoo noupdate="1">.'),
    "tag": _("<%(tag)s> has no place here: a set-up has only records, and records only fields."),
    "text_outside": _("There is a text outside of the fields."),
    "attribute": _("The attribute “%(attribute)s” has no place here."),
    "attribute_missing": _("The attribute “%(attribute)s” is missing."),
    "forcecreate": _('Each record of a set-up has forcecreate="False", so that what was deleted stays deleted.'),
    "wrong_model": _("Records of the model “%(model)s” have no place in this file."),
    "wrong_id": _("“%(xmlid)s” is no external id."),
    "id_twice": _("There are two records with the id “%(xmlid)s”."),
    "second_record": _(
        "A second record with the id “%(xmlid)s” may only have what refers to records of the same file, and each field once."
    ),
    "second_needed": _(
        "“%(field)s” refers to records of the same file: put it into a second record of this id, after all others."
    ),
    "second_order": _("“%(xmlid)s”: all second records of an id must come after all first ones."),
    "name_missing": _("A record needs a name."),
    "unknown_field": _("“%(field)s” is no field that a set-up has for this model."),
    "field_left_out": _("“%(field)s” has no place in a set-up: it belongs to the database that it is in."),
    "field_twice": _("The field “%(field)s” is there twice."),
    "child": _("A field has only text: no elements and no comments."),
    "two_values": _("The field “%(field)s” has more than one value."),
    "empty": _('The field “%(field)s” is empty. Say so with eval="False".'),
    "value_boolean": _("The value of “%(field)s” must be True or False."),
    "value_integer": _("The value of “%(field)s” must be a whole number between -2147483648 and 2147483647."),
    "value_float": _("The value of “%(field)s” must be a number."),
    "value_text": _('The value of “%(field)s” must be a text, or eval="False" where it is empty.'),
    "value_selection": _("The value of “%(field)s” must be one of the field's technical values."),
    "value_reference": _('The value of “%(field)s” must be ref="…" with the id of a record, or eval="False".'),
    "value_list": _("The value of “%(field)s” must be [Command.set([ref('…'), …])], each id once."),
    "value_login": _("The value of “%(field)s” must be search=\"[('login', '=', '…')]\", or eval=\"False\"."),
    "value_logins": _(
        "The value of “%(field)s” must be search=\"[('login', 'in', ['…', …])]\", or eval=\"[Command.set([])]\"."
    ),
    "value_company": _(
        'The value of “%(field)s” must be ref="base.main_company" for the company\'s own, or eval="False" for all.'
    ),
    "reference": _("“%(field)s” refers to “%(xmlid)s”, which is no record of the directory it must be of."),
    "reference_missing": _("“%(field)s” refers to “%(xmlid)s”, which is not in the file."),
    "field_missing": _("The field “%(field)s” is missing."),
    "sequence_twice": _("Two records have the sequence %(sequence)s: give each its own place."),
    "undefined": _("The stage Undefined is no part of a set-up: it comes by itself where it is needed."),
    "removal": _("A removal has the external id and the model of a record that a module ships, and nothing else."),
    "removed_and_there": _("“%(xmlid)s” is removed here, and there is a record with this id."),
    # po
    "po": _("The file of translations is not well formed."),
    "po_header": _("The file of translations must say “Content-Type: text/plain; charset=UTF-8” in its header."),
    "po_line": _("The file of translations has a character that ends a line for one reader and not for another."),
    "po_language": _("“%(lang)s” is no language into which a set-up is translated."),
    "po_comment": _("Each entry must have the comment “#. module: %(module)s”, and no other extracted one."),
    "po_reference": _("“%(reference)s” is no text of a record of this set-up."),
    "po_no_reference": _("The entry does not say of which record it is: “#: model:…” is missing."),
    "po_source": _("The English text of this entry is not that of the record."),
    "po_twice": _("There is another translation of the same text."),
    "po_fuzzy": _("This translation is marked as fuzzy: look at it, and take the mark away."),
    "po_plural": _("A set-up has no plural forms."),
    "po_template": _("The template “%(template)s” has no such entry, so that Odoo would leave this translation out."),
    # Writing
    "character": _(
        "“%(field)s” of “%(record)s” has the character %(character)s, which no file can carry. Take it out first."
    ),
    "login_characters": _("The login “%(login)s” of “%(record)s” has characters that the file cannot carry."),
}


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
