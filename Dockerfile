# Two stages: what builds the site stays behind; what serves it is small and does not run as root.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements/base.lock /tmp/base.lock
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/base.lock
WORKDIR /app
COPY . .
# Collecting needs settings that start, not the ones that serve: none of these values is kept.
RUN SECRET_KEY=only-while-the-image-is-built-and-never-while-serving \
    ALLOWED_HOSTS=build.invalid SITE_URL=https://build.invalid DATABASE_URL=sqlite:////tmp/build.sqlite3 \
    DATA_DIR=/data /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
RUN groupadd --gid 10001 newsroom \
    && useradd --uid 10001 --gid newsroom --no-create-home --home-dir /nonexistent newsroom \
    && install -d -o newsroom -g newsroom /data /data/media /data/index
COPY --from=build /opt/venv /opt/venv
COPY --from=build /data/static /data/static
COPY --from=build /app /app
WORKDIR /app
USER newsroom
EXPOSE 8000
VOLUME ["/data/media", "/data/index"]
# Host must be one that the site answers to; the address itself is exempt from the way to HTTPS.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "deploy/healthcheck.py"]
# The catalogue is read once, before the workers are forked, who share it.
CMD ["gunicorn", "newsroom.wsgi", "--preload", "--bind=0.0.0.0:8000", "--workers=2", "--worker-class=gthread", \
     "--threads=4", "--limit-request-line=0", "--no-control-socket", "--worker-tmp-dir=/dev/shm", "--max-requests=20000", \
     "--max-requests-jitter=2000"]
