# The product as one image; web, worker, beat and set-up are the same image with another command.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONUTF8=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DJANGO_SETTINGS_MODULE=lianCun.settings STATIC_ROOT=/srv/static MEDIA_ROOT=/srv/files ANCHOR_FILE=/srv/anchors/anchors.txt

RUN groupadd --system --gid 10001 liancun \
    && useradd --system --uid 10001 --gid liancun --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin liancun

WORKDIR /srv/liancun

# Wheels only, every one checked against its hash; demo.txt adds the PostgreSQL client programs that backup needs.
COPY requirements/demo.txt requirements/demo.txt
RUN pip install --only-binary :all: --require-hashes -r requirements/demo.txt

COPY . .
RUN SECRET_KEY=only-while-building python manage.py collectstatic --noinput --verbosity 0 \
    && mkdir -p /srv/files /srv/anchors /srv/backups \
    && chown liancun:liancun /srv/files /srv/anchors /srv/backups

USER liancun
VOLUME ["/srv/files", "/srv/anchors", "/srv/backups"]
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "deploy/healthcheck.py"]

CMD ["gunicorn", "lianCun.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--graceful-timeout", "25", "--max-requests", "2000", "--max-requests-jitter", "200", "--no-control-socket", "--access-logfile", "-"]
