"""Stock administration of people, customers and the matrix."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.absences import check as check_absence
from contacts.customers import change_customer, create_customer
from contacts.models import Absence, ApiToken, Contact, Customer, CustomerContact, Team, User
from contacts.models.history import Source
from contacts.rungs import check, remove_contact, save_contact

admin.site.register(Team)


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ["username", "name", "role", "team", "is_active"]
    list_filter = ["role", "team", "is_active"]
    fieldsets = [
        *(UserAdmin.fieldsets or []),
        (_("Desk"), {"fields": ["role", "team", "phone", "time_zone"]}),
    ]
    # Who may do what is changed under /settings/people/ alone: there it is recorded, and somebody who may remains.
    readonly_fields = ["role", "team", "is_active", "is_staff", "is_superuser", "groups", "user_permissions"]

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


class CustomerContactInline(admin.TabularInline):
    model = CustomerContact
    extra = 0


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    list_display = ["name", "tier", "annual_value", "currency", "renewal_on", "health"]
    list_filter = ["health", "tier"]
    search_fields = ["name", "slug"]
    inlines = [CustomerContactInline]

    def save_model(self, request: Any, obj: Customer, form: Any, change: bool) -> None:
        """As everywhere else: what changes is kept."""
        who: dict[str, Any] = {"by": request.user, "at": timezone.now(), "source": Source.ADMIN}
        if change:
            change_customer(customer=obj, values={name: form.cleaned_data[name] for name in form.changed_data}, **who)
        else:
            obj.pk = create_customer(values=form.cleaned_data, **who).pk
            obj._state.adding = False


class AbsenceForm(forms.ModelForm):
    """What `save_absence` would refuse is said in its line."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                check_absence(self.instance)
            except ValidationError as error:
                self.add_error(None, error.messages)


class AbsenceInline(admin.TabularInline):
    model = Absence
    form = AbsenceForm
    fk_name = "contact"
    fields = ["starts_at", "ends_at", "delegate", "delegate_user", "note"]
    extra = 0


class PositionForm(forms.ModelForm):
    """What `save_contact` would refuse is said beside its field."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                check(self.instance)
            except ValidationError as error:
                self.add_error(None, error)


def _who(request: Any) -> dict[str, Any]:
    return {"by": request.user, "at": timezone.now(), "source": Source.ADMIN}


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin):
    list_display = ["level", "team", "position", "title", "name", "email", "unreachable_since"]
    list_filter = ["level", "team"]
    form = PositionForm
    readonly_fields = ["unreachable_since", "unreachable_reason", "proved_at", "proved_how"]
    inlines = [AbsenceInline]

    def save_model(self, request: Any, obj: Contact, form: Any, change: bool) -> None:
        """As everywhere else: who stood where is kept."""
        save_contact(obj, **_who(request))

    def delete_model(self, request: Any, obj: Contact) -> None:
        remove_contact(obj, **_who(request))

    def delete_queryset(self, request: Any, queryset: QuerySet[Contact]) -> None:
        for contact in queryset:
            remove_contact(contact, **_who(request))


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """Tokens are made, and revoked, under /settings/; here they can be seen and deleted."""

    list_display = ["user", "name", "created_at", "last_used_at", "expires_at"]
    readonly_fields = ["user", "name", "created_at", "last_used_at", "expires_at"]

    def has_add_permission(self, request: Any) -> bool:
        return False
