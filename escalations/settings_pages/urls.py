from django.urls import path

from escalations.settings_pages import calendars, holiday_pages, severities

urlpatterns = [
    path("severities/", severities.severities, name="desk-severities"),
    path("severities/<str:code>/", severities.severity, name="desk-severity"),
    path("calendars/", calendars.calendars, name="desk-calendars"),
    path("calendars/new/", calendars.add, name="desk-calendar-add"),
    path("calendars/<slug:slug>/", calendars.calendar, name="desk-calendar"),
    path("calendars/<slug:slug>/remove/", calendars.remove, name="desk-calendar-remove"),
    path("calendars/<slug:slug>/holidays/", holiday_pages.holidays, name="desk-calendar-holidays"),
]
