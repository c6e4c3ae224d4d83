"""What lies under /contacts/."""

from django.urls import path

from contacts.matrix_page import edit, files, history, page

urlpatterns = [
    path("", page.matrix, name="contacts"),
    path("new/", edit.new, name="contact-new"),
    path("history/", history.history, name="contacts-history"),
    path("history/<int:key>/back/", history.put_back, name="contacts-put-back"),
    path("export/", files.export, name="contacts-export"),
    path("import/", files.choose, name="contacts-import"),
    path("import/template/", files.template, name="contacts-template"),
    path("import/<uuid:key>/", files.dry_run, name="contacts-dry-run"),
    path("<int:key>/", edit.edit, name="contact"),
    path("<int:key>/remove/", edit.remove, name="contact-remove"),
    path("<int:key>/up/", edit.move, {"up": True}, name="contact-up"),
    path("<int:key>/down/", edit.move, {"up": False}, name="contact-down"),
]
