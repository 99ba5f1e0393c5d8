"""The pages of people: their accounts, where they are reached and signed in, and their rights."""

from django.contrib import admin
from django.contrib.auth.models import Group

from . import accounts, addresses, rights
from .rights import RightsDesk

__all__ = ["RightsDesk", "accounts", "addresses", "rights"]

admin.site.unregister(Group)  # rights are predicates here; nobody would be asked for a group
