# What the images that stand in for the backends' own are made on.
ARG NODE
FROM ${NODE}
RUN apt-get update -qq \
  && apt-get install -qq --yes --no-install-recommends curl openjdk-17-jre-headless >/dev/null \
  && rm -rf /var/lib/apt/lists/*
