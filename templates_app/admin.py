"""Stock administration of the wording for customers."""

from django.contrib import admin

from templates_app.models import CommunicationTemplate

admin.site.register(CommunicationTemplate)
