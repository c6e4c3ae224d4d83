from django.urls import path

from templates_app.inbox import views

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="inbox-read"),
    path("<int:pk>/", views.message, name="inbox-message"),
    path("<int:pk>/html/", views.message_html, name="inbox-message-html"),
]
