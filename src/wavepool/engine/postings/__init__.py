"""Double entry as values: transfers that balance, and the proof that they do."""

from wavepool.engine.postings.books import BooksDoNotBalance, post_transfers, prove_books

__all__ = ["BooksDoNotBalance", "post_transfers", "prove_books"]
