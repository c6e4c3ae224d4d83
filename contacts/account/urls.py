from django.urls import path

from contacts.account import views

urlpatterns = [
    path("settings/security/", views.security, name="security"),
    path("settings/security/address/", views.change_address, name="address"),
    path("settings/security/sessions/end/", views.end_others, name="sessions-end"),
    path("settings/security/sessions/<int:pk>/end/", views.end_session, name="session-end"),
    path("address/<str:token>/", views.confirm_address, name="address-confirm"),
]
