"""The catalog as the operator's own people see it: all goods, and the tree."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wavepool.domains.catalog import forms, operations, queries
from wavepool.domains.catalog.views import lists
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff")
def catalog(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """All goods of all shops."""
    page = read_list(
        request,
        queries.every_item(),
        columns=(
            Column(name="title", label=gettext_lazy("Item"), href=_product),
            Column(name="shop", label=gettext_lazy("Shop"), value=lambda item: item.shop.name),
            Column(
                name="category",
                label=gettext_lazy("Category"),
                value=lambda item: item.category.label,
            ),
            lists.price_column(),
            Column(
                name="state", label=gettext_lazy("State"), kind="badge", value=queries.item_state
            ),
            Column(name="public_id", label=gettext_lazy("Id"), kind="code"),
            lists.id_column(),
        ),
        filters=(lists.text_filter(), lists.category_filter(), lists.state_filter()),
        sort="-added",
    )
    return respond(request, page, "catalog/catalog_staff.html", {}, export=export)


@access("staff")
def tree(request: PlatformRequest) -> HttpResponse:
    """The tree of categories, and a new one."""
    form = forms.CategoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_category(**form.cleaned_data, actor=request.actor, as_of=clock.now())
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Added."))
            return redirect("catalog.tree")
    context = {"tree": queries.list_categories(), "form": form}
    return render(request, "catalog/tree.html", context, status=422 if form.errors else 200)


@access("staff")
def edit_category(request: PlatformRequest, category: str) -> HttpResponse:
    """The names of a category and the permit that it asks for."""
    found = queries.get_category(category)
    standing = {
        "name": found.name,
        "name_zh": found.name_zh,
        "required_permit": found.required_permit,
    }
    form = forms.CategoryForm(request.POST or None, initial=standing)
    del form.fields["slug"], form.fields["parent"]
    if request.method == "POST" and form.is_valid():
        try:
            operations.rename_category(
                slug=category, **form.cleaned_data, actor=request.actor, as_of=clock.now()
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("catalog.tree")
    context = {"category": found, "form": form}
    status = 422 if form.errors else 200
    return render(request, "catalog/category_edit.html", context, status=status)


def _product(item: Any) -> str | None:
    is_public = item.state == "on_sale"
    return reverse("catalog.product", args=[item.public_id]) if is_public else None
