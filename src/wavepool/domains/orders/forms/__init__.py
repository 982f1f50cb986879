"""What people fill in: quantities, addresses, requests, answers, ratings."""

from wavepool.domains.orders.forms.after_sales import (
    AnswerForm,
    ComplaintForm,
    RatingForm,
    RefundForm,
    ShipForm,
    TextForm,
    show_refusal,
)
from wavepool.domains.orders.forms.checkout import AddressForm, BuyForm, PayForm, QuantityForm

__all__ = [
    "AddressForm",
    "AnswerForm",
    "BuyForm",
    "ComplaintForm",
    "PayForm",
    "QuantityForm",
    "RatingForm",
    "RefundForm",
    "ShipForm",
    "TextForm",
    "show_refusal",
]
