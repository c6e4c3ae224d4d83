import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What is loaded by now stays for good. Left to the collector, it is looked through again in the middle of some request,
# which then takes a tenth of a second longer.
get_resolver().url_patterns  # noqa: B018  reads the modules of all pages
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)  # a page makes about as many objects, and drops them all by itself
