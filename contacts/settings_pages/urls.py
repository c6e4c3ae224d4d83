from django.urls import path

from contacts.settings_pages import changes, desk, factor, people, services, teams, tokens

urlpatterns = [
    path("tokens/", tokens.own, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
    path("services/", services.services, name="services"),
    path("services/<str:username>/", tokens.of_service, name="service"),
    path("people/", people.people, name="desk-people"),
    path("people/new/", people.add, name="person-add"),
    path("people/<str:username>/", people.person, name="person"),
    path("people/<str:username>/on/", people.switch_on, name="person-on"),
    path("people/<str:username>/factor/", factor.forget, name="person-factor"),
    path("people/<str:username>/invite/", people.invite_again, name="person-invite"),
    path("teams/", teams.teams, name="desk-teams"),
    path("teams/<slug:slug>/", teams.team, name="desk-team"),
    path("teams/<slug:slug>/remove/", teams.remove, name="desk-team-remove"),
    path("desk/", desk.desk, name="desk-settings"),
    path("changes/", changes.changes, name="desk-changes"),
]
