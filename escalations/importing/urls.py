from django.urls import path

from . import views

urlpatterns = [
    path("", views.choose, name="issues-import"),
    path("template/", views.template, name="issues-template"),
    path("<int:pk>/", views.batch, name="issue-import"),
]
