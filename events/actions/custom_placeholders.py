"""Custom placeholders: keeping one, with its sizes."""

from events.models import CustomPlaceholder


def keep_placeholder(placeholder: CustomPlaceholder) -> None:
    """Save `placeholder`; every size of it is there as soon as the picture is."""
    placeholder.show()
    placeholder.save()
