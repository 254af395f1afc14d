# The operator's image, for people with a container engine:
#   docker build --tag crashloop-doctor:0.1.0 .
# hack/build-images makes the same layout without one; tests/unit/images holds both together.

FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 python3-pip \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
ENV SOURCE_DATE_EPOCH=315532800
COPY requirements.lock ./
RUN python3 -m pip install --no-cache-dir --no-compile --no-deps --require-hashes \
      --only-binary=:all: --target /opt/crashloop-doctor/lib --requirement requirements.lock \
 && rm -rf /opt/crashloop-doctor/lib/bin
COPY pyproject.toml README.md LICENSE ./
COPY crds crds
COPY operator/crashloop_doctor operator/crashloop_doctor
# The console scripts get the shebang of the Python that installs them: Debian's, as in the end.
RUN python3 -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
 && python3 -m pip install --no-cache-dir --no-compile --no-deps --target /own /wheels/*.whl \
 && mkdir /opt/crashloop-doctor/bin \
 && mv /own/bin/crashloop-doctor /own/bin/kubectl-crashloop /opt/crashloop-doctor/bin/ \
 && rm -r /own/bin \
 && cp -r /own/. /opt/crashloop-doctor/lib/ \
 && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/crashloop-doctor/lib

FROM debian:bookworm-slim
ARG VERSION=0.1.0
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates python3 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/crashloop-doctor /opt/crashloop-doctor
ENV PATH=/opt/crashloop-doctor/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PYTHONPATH=/opt/crashloop-doctor/lib \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LANG=C.UTF-8
LABEL org.opencontainers.image.title="Crashloop Doctor operator" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /
USER 65532:65532
ENTRYPOINT ["crashloop-doctor"]
