# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Odoo's modules ship in a language, and the same sentences with the guide's words in them. Needs no database."""

import re
from functools import cache, lru_cache
from html import unescape as unescape_html

from polib import unescape

from odoo.tools import file_open
from odoo.tools.translate import get_po_paths

# an entry of a po file: its comments, its context, the source and the translation
ENTRY = re.compile(r'((?:^#.*\n)*)(^msgctxt .*\n)?^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)', re.MULTILINE)
NAME = re.compile(r"model:([\w.]+),(\w+):(\w+\.[^\s:]+)")
TEXT = re.compile(r"[^<>]+(?![^<]*>)")  # what stands between the tags of HTML

# The guide's words by concept: {language: ((what Odoo says, what the guide says), …)}, applied in this order.
# An inflected language needs a line for each form, the word before it included where the gender changes it.
RULES = {
    "en": (
        (r"Salesteams Search", "Search Sales Channels"),
        (r"(?-i:Sales Team)(s?)", r"Sales Channel\1"),
        (r"(?-i:sales team)(s?)", r"sales channel\1"),
        (r"first team by default", "first channel by default"),
        (r"join a team", "join a channel"),
    ),
    "uk": (
        # нагода (f) → потенційне замовлення (n)
        (r"відновлена нагода", "потенційне замовлення відновлено"),
        (r"((?:сво|мо|тво)ї) нагоди", r"\1 потенційні замовлення"),
        (r"(\w+нн(?:я|і|ям)|втрати|стадію|до|від) нагоди", r"\1 потенційного замовлення"),
        (r"цієї нагоди", "цього потенційного замовлення"),
        (r"(\w+)ої нагоди", r"\1ого потенційного замовлення"),
        (r"цю нагоду", "це потенційне замовлення"),
        (r"(сво|мо|тво)ю нагоду", r"\1є потенційне замовлення"),
        (r"([нв]аш)у перш[еу] нагоду", r"\1е перше потенційне замовлення"),
        (r"(\w+)(?:а нагода|у нагоду)", r"\1е потенційне замовлення"),
        (r"(\w+)[ії]й нагоді", r"\1ому потенційному замовленні"),
        (r"(\w+)ою нагодою", r"\1им потенційним замовленням"),
        (r"нагода|нагоду", "потенційне замовлення"),
        (r"нагоди", "потенційні замовлення"),
        (r"нагоді", "потенційному замовленні"),
        (r"нагодою", "потенційним замовленням"),
        (r"нагодами", "потенційними замовленнями"),
        (r"нагодам", "потенційним замовленням"),
        (r"нагодах", "потенційних замовленнях"),
        (r"нагод", "потенційних замовлень"),
        # the button beside the title of the pipeline, which has no place for more
        (r"генерація лідів", "пошук клієнтів"),
        # лід (m, a thing) → потенційний клієнт (m, a person)
        (r"(\w+(?:ти|те|ть)) (\w+)([ії]) ліди", r"\1 \2\3х потенційних клієнтів"),
        (r"(\w+(?:ти|те|ть)(?: тільки| лише)?|у|в|як) ліди", r"\1 потенційних клієнтів"),
        (r"(\w+(?:ти|те|ть)) (\w+)ий лід", r"\1 \2ого потенційного клієнта"),
        (r"(\w+(?:ти|те|ть)|на) лід", r"\1 потенційного клієнта"),
        (r"ліда|ліду", "потенційного клієнта"),
        (r"лідом", "потенційним клієнтом"),
        (r"ліді", "потенційному клієнті"),
        (r"лідів", "потенційних клієнтів"),
        (r"лідами", "потенційними клієнтами"),
        (r"лідам", "потенційним клієнтам"),
        (r"лідах", "потенційних клієнтах"),
        (r"ліди", "потенційні клієнти"),
        (r"лід", "потенційний клієнт"),
        # команда продажу (f) → канал продажу (m)
        (r"(член\w*|користувач) команди продаж(?:у|ів)", r"\1 каналу продажу"),
        (r"([нв]аш)ої команди продаж(?:у|ів)", r"\1ого каналу продажу"),
        (r"цій команді продаж(?:у|ів)", "цьому каналу продажу"),
        (r"(\w+)(?:ою|ією) командою продаж(?:у|ів)", r"\1им каналом продажу"),
        (r"(\w+)(?:а команда|у команду) продаж(?:у|ів)", r"\1ий канал продажу"),
        (r"(?:команда|команду) продаж(?:у|ів)", "канал продажу"),
        (r"команди продаж(?:у|ів)", "канали продажу"),
        (r"команді продаж(?:у|ів)", "каналу продажу"),
        (r"командою продаж(?:у|ів)", "каналом продажу"),
        (r"командами продаж(?:у|ів)", "каналами продажу"),
        (r"команд продаж(?:у|ів)", "каналів продажу"),
        # the same, in the sentences of an empty pipeline
        (r"першої команди за замовчуванням", "першого каналу за замовчуванням"),
        (r"приєднатися до команди", "приєднатися до каналу"),
    ),
}


def _entries(module, lang):
    """(what names it, source, translation) of all that a module's own files say in the language; '' for what they do not."""
    entries = {}
    for path in (f"{module}/i18n/{module}.pot", *get_po_paths(module, lang)):
        try:
            with file_open(path) as file:
                found = ENTRY.findall(file.read())
        except FileNotFoundError:  # a module without a template
            continue
        for comments, context, source, term in found:
            names, known = entries.get((context, source), (NAME.findall(comments), ""))
            entries[context, source] = names, _unquoted(term) or known
    return [(names, _unquoted(source), term) for (_context, source), (names, term) in entries.items()]


@cache
def shipped(module, lang):
    """{source: what the module's own files say for it in the language}."""
    return {source: term or source for _names, source, term in _entries(module, lang)}


@cache
def named(module, lang):
    """{(model, field, external id): (English name, its name in the language)} of what a module's po files name there."""
    return {
        name: (source, said)
        for names, source, term in _entries(module, lang)
        for name in names
        if (said := source if lang == "en_US" else term)
    }


@lru_cache(maxsize=16)
def phrasebook(modules, lang):
    """{what one of the modules says in the language: the same with the guide's words}, where they differ.

    Of texts with tags, it has the pieces between them, each as it is read (`plain`).
    """
    return {
        piece: reworded
        for module in modules
        for term in shipped(module, lang).values()
        for piece in map(plain, TEXT.findall(term))
        if (reworded := reword(piece, lang)) != piece
    }


def reword(text, lang):
    """The text with the guide's words, by the rules of its language; unchanged in a language without rules."""
    for rule, words in _rules(lang.split("_")[0]):
        text = rule.sub(lambda match, words=words: _cased(match[0], match.expand(words)), text)
    return text


def plain(text):
    """The text as it is read: without entities, with single spaces."""
    return " ".join(unescape_html(text).split())


@cache
def _rules(language):
    return [(re.compile(rf"\b(?:{rule})\b", re.IGNORECASE), words) for rule, words in RULES.get(language, ())]


def _cased(model, text):
    return text[0].upper() + text[1:] if model[0].isupper() else text


def _unquoted(block):
    return unescape("".join(line[1:-1] for line in block.splitlines()))
