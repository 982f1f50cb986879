"""The base of every error that a person can meet."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise


class PlatformError(Exception):
    """A refusal with a name, a translatable message and an HTTP status.

    Subclasses stand beside the operation that raises them, keep the data that
    a reader needs as attributes, and set:

    Attributes:
        kind: stable identifier, e.g. "catalog.plan_excluded"; the `type` of a
            problem document and never translated.
        status: HTTP status of the answer.
        message: what happened and what helps, for the person who did it.
        pointer: JSON pointer to the field at fault, if there is one.
    """

    kind: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, message: str | Promise, *, pointer: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.pointer = pointer

    def __str__(self) -> str:
        return str(self.message)


class NotFound(PlatformError):
    """It does not exist, or this actor may not know that it does: both look the same."""

    kind = "not_found"
    status = 404


class NotAllowed(PlatformError):
    """The actor may see it, but lacks the right to do this; the message says who can grant it."""

    kind = "not_allowed"
    status = 403
