"""Tokens with which programs act for a user."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a token may do at most; its user's role is the other limit. Each includes those before it."""

    READ = "read", _("Read")
    WORK = "work", _("Work on issues")
    CONFIGURE = "configure", _("Configure the desk")


class ApiToken(models.Model):
    """A bearer token. Only its SHA-256 is kept, so a copy of the database opens no door; `hint` is what its last
    characters are, so that people can tell theirs apart."""

    user = models.ForeignKey("contacts.User", on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # Tokens of before there were scopes could do everything.
    scope = models.CharField(_("scope"), max_length=9, choices=Scope, default=Scope.READ, db_default=Scope.CONFIGURE)
    hint = models.CharField(max_length=4, blank=True, default="", db_default="", editable=False)
    created_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("created at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = [models.CheckConstraint(name="api_token_scope", condition=Q(scope__in=Scope.values))]

    def __str__(self) -> str:
        return f"{self.user}: {self.name}"


class IdempotencyKey(models.Model):
    """What a POST with this key answered, so that asking again does nothing and answers the same.

    Written in the transaction of the effect: there is a row if and only if there was an effect. Kept for a day.
    `status` 0: it is being done, in many transactions.
    """

    user = models.ForeignKey("contacts.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    location = models.CharField(max_length=300, blank=True)
    answer = models.JSONField(null=True)
    headers = models.JSONField(default=dict, db_default={}, blank=True)  # of the answer, beside its Location
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.key}"
