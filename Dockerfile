# One image for web, workers and beat.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /switchback

# Requirements change less often than code, so they come first.
COPY requirements.txt .
RUN pip install --quiet -r requirements.txt

COPY manage.py ./
COPY config config
COPY contacts contacts
COPY escalations escalations
COPY templates_app templates_app
COPY metrics metrics
COPY locale locale

# No environment of yours is needed to build the assets; the key that is made here is thrown away.
RUN VAR_DIR=/tmp/build python manage.py build_assets \
    && VAR_DIR=/tmp/build python manage.py collectstatic --noinput --ignore rest_framework --verbosity 0 \
    && rm -rf /tmp/build

RUN useradd --system --home-dir /switchback switchback && install -d -o switchback /data
USER switchback
ENV VAR_DIR=/data
EXPOSE 8000

# --preload: a wrong setting stops the start with its sentence instead of restarting workers for ever.
CMD ["gunicorn", "--preload", "--no-control-socket", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", "--access-logfile=-", "--forwarded-allow-ips=*", "config.wsgi"]
