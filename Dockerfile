# The wheel is built with the pinned, hashed tools of requirements/dev.txt; only the wheel travels on.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements/ requirements/
RUN python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/dev.txt \
    && python -m venv /opt/convene \
    && /opt/convene/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes -r requirements/runtime.txt
COPY . .
RUN python -m hatchling build -t wheel -d dist \
    && /opt/convene/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-index --no-deps dist/*.whl

FROM python:3.13-slim
COPY --from=build /opt/convene /opt/convene
RUN useradd --system --uid 10001 --home-dir /var/lib/convene --create-home convene
ENV PATH=/opt/convene/bin:$PATH PYTHONUNBUFFERED=1
USER convene
# Without CONVENE_DATABASE_URL the SQLite file lies here.
WORKDIR /var/lib/convene
VOLUME /var/lib/convene
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["convene"]
CMD ["serve", "--host", "0.0.0.0"]
