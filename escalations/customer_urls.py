"""What lies under /customers/. The names of pages beside the customers' own are reserved (contacts.customers)."""

from django.urls import path

from escalations.views.customers import contacts, edit, export, import_, listing, notes, page

urlpatterns = [
    path("", listing.customers, name="customers"),
    path("new/", edit.new, name="customer-new"),
    path("export/", export.export, name="customers-export"),
    path("import/", import_.choose, name="customers-import"),
    path("import/template/", import_.template, name="customers-template"),
    path("import/<uuid:key>/", import_.dry_run, name="customers-dry-run"),
    path("<slug:slug>/", page.customer, name="customer"),
    path("<slug:slug>/issues/", page.issues, name="customer-issues"),
    path("<slug:slug>/changes/", page.changes, name="customer-changes"),
    path("<slug:slug>/edit/", edit.edit, name="customer-edit"),
    path("<slug:slug>/health/", edit.health, name="customer-health"),
    path("<slug:slug>/leave/", edit.leave, name="customer-leave"),
    path("<slug:slug>/come-back/", edit.come_back, name="customer-come-back"),
    path("<slug:slug>/notes/", notes.notes, name="customer-notes"),
    path("<slug:slug>/notes/<int:key>/", notes.edit, name="customer-note"),
    path("<slug:slug>/notes/<int:key>/delete/", notes.delete, name="customer-note-delete"),
    path("<slug:slug>/contacts/new/", contacts.new, name="customer-contact-new"),
    path("<slug:slug>/contacts/<int:key>/", contacts.edit, name="customer-contact"),
    *(
        path(f"<slug:slug>/contacts/<int:key>/{what}/", contacts.act, {"what": what}, name=f"customer-contact-{what}")
        for what in ("up", "down", "remove")
    ),
]
