"""What people fill in: goods, plans, permits, files and categories."""

from wavepool.domains.catalog.forms.categories import CategoryForm
from wavepool.domains.catalog.forms.fields import show_refusal
from wavepool.domains.catalog.forms.files import ExportForm, ImportForm
from wavepool.domains.catalog.forms.goods import ItemForm, PriceForm, StockForm, VariantForm
from wavepool.domains.catalog.forms.images import AltForm, ImageForm
from wavepool.domains.catalog.forms.permits import PermitForm, ReasonForm
from wavepool.domains.catalog.forms.plans import AskForm, PlanForm, RateForm

__all__ = [
    "AltForm",
    "AskForm",
    "CategoryForm",
    "ExportForm",
    "ImageForm",
    "ImportForm",
    "ItemForm",
    "PermitForm",
    "PlanForm",
    "PriceForm",
    "RateForm",
    "ReasonForm",
    "StockForm",
    "VariantForm",
    "show_refusal",
]
