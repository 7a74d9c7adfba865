# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The set-ups that come with the addon, in the format of all others: for a company that has set up nothing of its own."""
# pylint: disable=prefer-env-translation  # plain Python, without a database

from dataclasses import dataclass
from pathlib import Path

from .read import read_folder

_FOLDER = Path(__file__).resolve().parent.parent / "setups"


def _(message):
    """Mark a text for Odoo's export of terms; whoever shows it translates it (`env._(ready_made.title)`)."""
    return message


@dataclass(frozen=True)
class ReadyMade:
    """One of them. ``title`` and ``summary`` are English, to be translated where they are shown."""

    name: str
    title: str
    summary: str

    def read(self):  # pylint: disable=method-required-super
        """Its ``Setup``."""
        return read_folder(_FOLDER / self.name)


# In the order in which they are offered
READY_MADE = (
    ReadyMade(
        "crm_setup_services",
        _("Services to companies"),
        _("Agencies, consultants, accountants, lawyers, maintenance: from a request to a signed contract."),
    ),
    ReadyMade(
        "crm_setup_shop",
        _("Online shop"),
        _("Inquiries from the website, chats and marketplaces: from a question to a paid order."),
    ),
    ReadyMade(
        "crm_setup_wholesale",
        _("Wholesale and distribution"),
        _("Retail chains and dealers: from the price list over samples and a trial order to regular supply."),
    ),
    ReadyMade(
        "crm_setup_real_estate",
        _("Real estate"),
        _("Sale and rent of property: from the client's wishes over viewings and a deposit to the closed deal."),
    ),
    ReadyMade(
        "crm_setup_software",
        _("Software projects"),
        _("Development to order: from the first talk over the estimate to the start of the project."),
    ),
)
