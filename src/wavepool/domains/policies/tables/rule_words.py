"""The rules of the engine's linters in words, so that both languages can say what is wrong."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_RULES: Final[dict[str, Promise]] = {
    "unknown_key": _("There is no such key"),
    "unknown_section": _("There is no such section"),
    "missing_key": _("A key is missing"),
    "missing_section": _("A section is missing"),
    "wrong_type": _("A value of another type is expected"),
    "too_large": _("The number is too large"),
    "unknown_choice": _("Not one of the choices"),
    "out_of_range": _("Out of range"),
    "bad_id": _("The name is empty or has spaces around it"),
    "duplicate_id": _("The same name stands here twice"),
    "id_too_long": _("A name is too long for the books"),
    "not_one_currency": _("Not one currency with a minor unit"),
    "unknown_zone": _("There is no such time zone"),
    "tenths_sum": _("The exponents of value do not add up to ten tenths"),
    "signals_sum": _("The weights of the signals do not add up to 100%"),
    "cut_above_commission": _("Direct leg and fee take more than the commission"),
    "unknown_pool": _("There is no such pool"),
    "weightless_scene": _("A scene feeds a pool in which it counts nothing"),
    "pool_without_scene": _("No scene shares in this pool"),
    "unknown_scene": _("There is no such scene"),
    "ambiguous_scene": _("Two scene rules have the same conditions"),
    "rule_without_condition": _("A scene rule names neither channel nor format"),
    "rule_never_reached": _("This scene rule is never reached"),
    "mixed_channel_ids": _("Some channels are numbers, some are texts"),
    "rate_lock_below_window": _("A click may earn longer than its rate is locked"),
    "hour_bands_order": _("Bands begin at hour 0 and ascend"),
    "hold_days_order": _("Waiting times do not ascend"),
    "hold_days_default": _("The usual waiting time is none of those listed"),
    "tier_order": _("Mid-tier does not begin below head"),
    "form": _("A programme is not written as it must be"),
    "phi_zero": _("A schedule does not begin at zero"),
    "discontinuous": _("A schedule jumps"),
    "not_monotone": _("More would earn less"),
    "rewards_splitting": _("Splitting one account in two would earn more"),
    "lump_without_person": _("A lump sum is not tied to one verified person"),
    "negative_amount": _("An amount is below zero"),
    "amount_too_large": _("An amount is too large"),
    "no_budget": _("A programme has no budget"),
    "grades_out_of_order": _("Grades do not ascend"),
    "no_conditions": _("A reward asks for nothing"),
    "unreachable": _("A condition can never be met"),
    "window_without_programme": _("The window waits for a programme that is not here"),
    "schedule_of_another_subject": _("The schedule is for another kind of recipient"),
    "empty_span": _("The programme ends before it begins"),
    "levels_order": _("Levels do not ascend"),
    "first_level": _("The first level must ask for nothing"),
    "floors_sum": _("The guaranteed shares add up to more than 100%"),
    "trust_days_order": _("Waiting times do not fall with trust"),
    "trust_refunds_order": _("Trust would be earned and lost at the same refunds"),
    "weekdays_order": _("Weekdays stand once each, in their order"),
    "taxed_and_exempt": _("A kind of payee is exempt and taxed"),
    "payee_kind_missing": _("A kind of payee is neither exempt nor taxed"),
    "brackets_length": _("Brackets lack a border, a rate or a deduction"),
    "brackets_order": _("Brackets do not begin at zero and rise"),
    "agency_below_creator": _("An agency may take less than one of its creators"),
}
_OTHER: Final = _("A rule of the linter is broken")


def rule_words(rule: str) -> Promise:
    """What a rule objects to, in a few words.

    >>> str(rule_words("out_of_range"))
    'Out of range'
    """
    return _RULES.get(rule, _OTHER)
