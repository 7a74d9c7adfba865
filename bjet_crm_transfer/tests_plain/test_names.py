# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from setup_file import names


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        # The examples of the resolution itself
        ("Алушта", "Alushta"),
        ("Борщагівка", "Borshchahivka"),
        ("Вінниця", "Vinnytsia"),
        ("Гадяч", "Hadiach"),
        ("Згурський", "Zghurskyi"),
        ("Ґалаґан", "Galagan"),
        ("Єнакієве", "Yenakiieve"),
        ("Наєнко", "Naienko"),
        ("Житомир", "Zhytomyr"),
        ("Їжакевич", "Yizhakevych"),
        ("Кадиївка", "Kadyivka"),
        ("Йосипівка", "Yosypivka"),
        ("Стрий", "Stryi"),
        ("Щербухи", "Shcherbukhy"),
        ("Юрій", "Yurii"),
        ("Корюківка", "Koriukivka"),
        ("Яготин", "Yahotyn"),
        ("Костянтин", "Kostiantyn"),
        ("Знам’янка", "Znamianka"),
        ("Знам'янка", "Znamianka"),
        ("Феодосія", "Feodosiia"),
        ("Розгон", "Rozghon"),
        ("Price list", "Price list"),
        ("", ""),
    ],
)
def test_ukrainian_in_latin_letters(text, latin):
    assert names.transliterate(text) == latin


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CRM компанії «Явір»", "crm_kompanii_yavir"),
        ("  ", "crm"),
        ("2026", "crm_2026"),
        ("Café Müller", "cafe_muller"),
        ("営業", "crm"),
        ("__init__", "init"),
    ],
)
def test_a_module_has_a_safe_name(text, name):
    assert names.module_name(text) == name


def test_records_of_one_name_are_numbered():
    taken = set()
    for expected in ("stage_inshe", "stage_inshe_2", "stage_inshe_3"):
        name = names.record_name("stages", "Інше", taken)
        taken.add(name)
        assert name == expected
    assert names.record_name("tags", "Інше", taken) == "tag_inshe"
    assert names.record_name("lost_reasons", "✓", taken) == "lost_reason"


@given(st.text())
def test_any_text_gives_a_name(text):
    assert re.fullmatch("[a-z][a-z0-9_]{0,59}", names.module_name(text))
    assert re.fullmatch("[a-z][a-z0-9_]*", names.record_name("stages", text, ()))
