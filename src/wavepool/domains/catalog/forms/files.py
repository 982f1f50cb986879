"""Forms of files in and out."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.plumbing.sheets import ENCODINGS, FORMATS, SIZE_MAX

_ENCODING_NAMES: Final = {
    "utf-8": _("UTF-8"),
    "utf-8-sig": _("UTF-8 with a mark for old spreadsheets"),
    "gb18030": _("GB18030"),
}


class ImportForm(forms.Form):
    """A file to look at before anything happens."""

    subject = forms.ChoiceField(label=_("What it holds"), choices=queries.import_subject_choices)
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX, Parquet or NDJSON; at most 10 MB and 20,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.parquet,.ndjson,.jsonl"}),
    )
    encoding = forms.ChoiceField(
        label=_("Encoding of a CSV"),
        required=False,
        choices=[("", _("Find it out")), ("utf-8", "UTF-8"), ("gb18030", "GB18030")],
    )

    def clean_file(self) -> Any:
        """The file, once its size is known to be right; the gate looks inside."""
        file = self.cleaned_data["file"]
        if file.size > SIZE_MAX:
            raise forms.ValidationError(_("The file is larger than 10 MB; split it."))
        return file


class ExportForm(forms.Form):
    """What to take along, and in which form."""

    format = forms.ChoiceField(
        label=_("Format"), choices=[(each, each.upper()) for each in FORMATS]
    )
    encoding = forms.ChoiceField(
        label=_("Encoding of a CSV"),
        required=False,
        choices=[(each, _ENCODING_NAMES[each]) for each in ENCODINGS],
    )
