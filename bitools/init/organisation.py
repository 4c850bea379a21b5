"""Who we are."""

from __future__ import annotations

from bitools.i18n import _
from bitools.init.beginning import Beginning, Described
from bitools.inventory.words import plain_word


def organisation(beginning: Beginning) -> Described:
    """The organisation's name, and the key that stands for secrets in the history."""
    inventory, draft = beginning.inventory(), beginning.draft
    if inventory.settings.organisation:
        return Described(inventory.settings.organisation, there=True)
    question = _("What is the organisation called? (it heads every mail and report)")
    name = beginning.answers.text("organisation", question, check=plain_word)
    beginning.begin("settings.yaml")
    draft.put("settings.yaml", (), "organisation", name)
    if inventory.settings.mask_key is None:
        draft.put("settings.yaml", (), "mask_key", draft.made("mask"))
    return Described(name)
