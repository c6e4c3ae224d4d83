from django.urls import path

from . import views

urlpatterns = [
    path("", views.privacy, name="privacy"),
    path("file/", views.file, name="privacy-file"),
    path("erase/", views.take_away, name="privacy-erase"),
]
