from django.urls import path

from escalations.views import act, customer_page, escalated, people, queue, ticket, tickets

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/new/", tickets.new, name="ticket-new"),
    path("tickets/<str:number>/", ticket.ticket, name="ticket"),
    path("tickets/<str:number>/<slug:verb>/", act.act, name="ticket-act"),
    path("people/", people.people, name="people"),
    path("escalated/", escalated.escalated, name="escalated"),
    path("a/<str:token>/", escalated.take, name="take"),
    path("s/<str:token>/", customer_page.customer_page, name="customer-page"),
    path("s/<str:token>/files/<uuid:key>/", customer_page.customer_file, name="customer-file"),
]
