from django.urls import path

from contacts.preferences import views

urlpatterns = [
    path("settings/", views.preferences, name="settings"),
]
