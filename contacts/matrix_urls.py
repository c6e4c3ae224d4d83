"""What lies under /contacts/."""

from django.urls import path

from contacts.matrix_page import edit, page

urlpatterns = [
    path("", page.matrix, name="contacts"),
    path("new/", edit.new, name="contact-new"),
    path("<int:key>/", edit.edit, name="contact"),
    path("<int:key>/remove/", edit.remove, name="contact-remove"),
    path("<int:key>/up/", edit.move, {"up": True}, name="contact-up"),
    path("<int:key>/down/", edit.move, {"up": False}, name="contact-down"),
]
