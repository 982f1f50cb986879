"""The words by which creators and shops are found, written anew from their names."""

from __future__ import annotations

from wavepool.domains.people.models import Creator, CreatorWord, Shop, ShopWord
from wavepool.plumbing.words import words_of


def write_creator_words(creator: Creator) -> None:
    """Set a creator's words, of name and handle."""
    CreatorWord.objects.filter(creator=creator).delete()
    said = words_of(f"{creator.name} {creator.handle}")
    CreatorWord.objects.bulk_create(CreatorWord(creator=creator, word=word) for word in said)


def write_shop_words(shop: Shop) -> None:
    """Set a shop's words, of name and address."""
    ShopWord.objects.filter(shop=shop).delete()
    said = words_of(f"{shop.name} {shop.slug}")
    ShopWord.objects.bulk_create(ShopWord(shop=shop, word=word) for word in said)
