"""What somebody means to buy, and where it shall go."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

#: Pieces of one variant in a cart.
QUANTITY_MAX: Final = 99


class Cart(models.Model):
    """A cart: of an account, or of a browser that nobody signed in to.

    `checkout_key` names the purchase that it becomes, so that sending the same
    checkout twice is one purchase; the next one gets a new key.
    """

    public_id = models.CharField(max_length=40, unique=True)
    account = models.OneToOneField("people.Account", models.PROTECT, null=True, related_name="+")
    checkout_key = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.public_id


class CartLine(models.Model):
    """A variant in a cart, with the price that the buyer last saw and agreed to."""

    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    seen_price_minor = models.BigIntegerField()
    # The tracked link or code by which the buyer came; it may lead to a piece that is gone.
    link_code = models.CharField(max_length=40, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="cart_line_once", fields=["cart", "variant"]),
            models.CheckConstraint(
                name="cart_line_of_some_pieces",
                condition=Q(quantity__gte=1, quantity__lte=QUANTITY_MAX),
            ),
            models.CheckConstraint(
                name="cart_line_price_is_not_negative", condition=Q(seen_price_minor__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cart_id} {self.variant_id}×{self.quantity}"


class Address(models.Model):
    """Where an account has its goods sent: the one it used last."""

    account = models.OneToOneField("people.Account", models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=80)
    phone = models.CharField(max_length=30)
    street = models.CharField(max_length=200)
    city = models.CharField(max_length=80)
    region = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.recipient

    @property
    def lines(self) -> tuple[str, ...]:
        """The address as it stands on a parcel."""
        place = " ".join(filter(None, (self.postcode, self.city)))
        rows = (self.recipient, self.street, place, self.region, self.country, self.phone)
        return tuple(row for row in rows if row)
