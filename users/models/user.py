"""Users: the people with an account."""

from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from media.fields import ImageSizeField, ImageURLField
from openevent.desk.panels import panel_of, panels_of_app
from openevent.trash import Trashable

# What the address of an account in the trash ends in, so that it is free again.
TRASHED: Final = ".deleted"
LONGEST_EMAIL: Final = 254  # RFC 5321, section 4.5.3.1.3


def normalised(email: str) -> str:
    """Return `email` as accounts are compared by: two that differ in case are one."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    def of_email(self, email: str) -> models.QuerySet["User"]:
        """Return the living account of `email`, one at most, by the index that keeps it unique."""
        rows = self.alias(normalised=Lower("email"))
        return rows.filter(normalised=normalised(email), deleted_at=None)

    def get_by_natural_key(self, email: str | None) -> "User":
        """Return the account of `email`, whatever its case.

        :raises User.DoesNotExist: there is none, or it is in the trash.
        """
        return self.of_email(email or "").get()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without `password` nobody can sign in to it with one."""
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a verified super admin; `manage.py createsuperuser` calls this."""
        return self.create_user(
            email, password, is_super_admin=True, is_admin=True, is_verified=True, **fields
        )


class User(Trashable, AbstractBaseUser):
    """A person with an account: attendee, speaker, organizer or admin.

    `is_super_admin` and `is_admin` make somebody staff. Django's own `is_superuser` does not
    exist here: every right is a predicate. Everything else that a person may do comes from
    the roles they hold on events.
    """

    needs_at = {"user_id": "id"}

    email = models.EmailField(
        max_length=LONGEST_EMAIL + len(TRASHED), validators=[MaxLengthValidator(LONGEST_EMAIL)]
    )
    first_name = models.CharField(max_length=150, null=True, blank=True)
    last_name = models.CharField(max_length=150, null=True, blank=True)
    public_name = models.CharField(max_length=300, null=True, blank=True)
    details = models.TextField(null=True, blank=True)
    contact = models.CharField(max_length=300, null=True, blank=True)
    language_prefrence = models.CharField(
        max_length=50, null=True, blank=True
    )  # the contract's spelling

    avatar_url = ImageURLField(null=True, blank=True)
    original_image_url = ImageSizeField("avatar_url", null=True)
    thumbnail_image_url = ImageSizeField("avatar_url", "speaker.thumbnail", null=True)
    small_image_url = ImageSizeField("avatar_url", "speaker.small", null=True)
    icon_image_url = ImageSizeField("avatar_url", "speaker.icon", null=True)
    facebook_url = models.URLField(max_length=2048, null=True, blank=True)
    twitter_url = models.URLField(max_length=2048, null=True, blank=True)
    instagram_url = models.URLField(max_length=2048, null=True, blank=True)
    google_plus_url = models.URLField(max_length=2048, null=True, blank=True)
    facebook_id = models.BigIntegerField(null=True, blank=True)

    billing_contact_name = models.CharField(max_length=300, null=True, blank=True)
    billing_phone = models.CharField(max_length=100, null=True, blank=True)
    billing_state = models.CharField(max_length=300, null=True, blank=True)
    billing_country = models.CharField(max_length=300, null=True, blank=True)
    billing_tax_info = models.CharField(max_length=300, null=True, blank=True)
    company = models.CharField(max_length=300, null=True, blank=True)
    billing_address = models.TextField(null=True, blank=True)
    billing_city = models.CharField(max_length=300, null=True, blank=True)
    billing_zip_code = models.CharField(max_length=100, null=True, blank=True)
    billing_additional_info = models.TextField(null=True, blank=True)

    is_super_admin = models.BooleanField(default=False)
    is_admin = models.BooleanField(default=False)
    is_verified = models.BooleanField(default=False)
    is_blocked = models.BooleanField(default=False)
    is_profile_public = models.BooleanField(default=False)
    was_registered_with_order = models.BooleanField(default=False)
    is_rocket_chat_registered = models.BooleanField(default=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_accessed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Tokens issued before this moment are void: "sign out everywhere", a new password.
    tokens_valid_from = models.DateTimeField(default=timezone.now, editable=False)

    last_login = None
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(deleted_at=None),
                name="user_email_unique",
                violation_error_message="An account with this email exists already.",
            ),
            models.UniqueConstraint("facebook_id", name="user_facebook_id_unique"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        """Whether this is an admin or super admin; Django's admin site asks too."""
        return self.is_admin or self.is_super_admin

    @property
    def is_active(self) -> bool:
        """Whether this account may sign in."""
        return self.deleted_at is None and not self.is_blocked

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session of the admin is void without: the password, and being signed in."""
        value = f"{self.password}{self.tokens_valid_from.isoformat()}"
        return salted_hmac(
            "users.User.session", value, secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def panels(self) -> frozenset[str]:
        """The panels of the admin site that this person may enter; without any, they may not."""
        from users.panels import panels_of  # noqa: PLC0415  it stands on this app's models

        return panels_of(self) if self.is_active else frozenset()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Answer Django's admin site, which asks by page: "events.change_track"."""
        app, _, action = perm.partition(".")
        return panel_of(f"{app}.{action.partition('_')[2]}") in self.panels

    def has_module_perms(self, app_label: str) -> bool:
        return not self.panels.isdisjoint(panels_of_app(app_label))
