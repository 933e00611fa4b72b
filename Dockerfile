# The production image: web, worker, beat and the migrate job run from it with different commands.
ARG NODE_IMAGE=node:24-slim
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${NODE_IMAGE} AS assets
WORKDIR /build/assets
COPY assets/package.json assets/package-lock.json assets/.npmrc ./
RUN npm ci --ignore-scripts
COPY assets ./
# The build looks in them for the icons that they name.
COPY templates /build/templates
COPY tracker /build/tracker
RUN npm run build

FROM ${PYTHON_IMAGE} AS packages
COPY requirements/runtime.txt /requirements.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r /requirements.txt

FROM ${PYTHON_IMAGE}
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    TRACKER_ENV=production TRACKER_DATA_DIR=/data TRACKER_LISTEN=0.0.0.0 FLASK_APP=commands:create_app
RUN useradd --system --uid 10001 --home-dir /nonexistent tracker && install -d -o tracker -g tracker -m 0700 /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY config.py commands.py wsgi.py gunicorn.conf.py ./
COPY configuration configuration
COPY tracker tracker
COPY worker worker
COPY migrations migrations
COPY templates templates
COPY translations translations
RUN python translations/catalogue.py --compile
COPY --from=assets /build/tracker/static/dist tracker/static/dist
RUN python -m whitenoise.compress --quiet --no-brotli tracker/static/dist
USER tracker
EXPOSE 8000
CMD ["gunicorn", "wsgi:app"]
