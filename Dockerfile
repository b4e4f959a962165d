# The service with a Java runtime and Python, for a user without rights and a root file system that is read only.
#
#   docker build -t manyhands .
#   docker build -t manyhands --build-arg JAR=target/manyhands-0.1.0-SNAPSHOT.jar .    # a jar that ./mvnw package made
#
# Needs no BuildKit.
ARG JDK_IMAGE=eclipse-temurin:25-jdk
ARG JRE_IMAGE=eclipse-temurin:25-jre

FROM ${JDK_IMAGE} AS build
WORKDIR /build
COPY . .
# A jar of the context; without it the jar is built here.
ARG JAR=
RUN if [ -z "$JAR" ]; then ./mvnw -B -ntp -Dmaven.test.skip=true package && JAR=$(ls target/manyhands-*.jar); fi \
 && cp "$JAR" manyhands.jar \
 && java -Djarmode=tools -jar manyhands.jar extract --layers --destination layers \
 && mkdir native && cd native \
 && jar --extract --file "$(ls ../layers/dependencies/lib/sqlite-jdbc-*.jar)" "org/sqlite/native/Linux/$(uname -m)/libsqlitejdbc.so" \
 && mv org/sqlite/native/Linux/*/libsqlitejdbc.so . && rm -r org

FROM ${JRE_IMAGE}
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 tini \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 10001 manyhands \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin manyhands \
 && install -d -o 10001 -g 10001 -m 0700 /data
WORKDIR /opt/manyhands
# What changes most seldom comes first.
COPY --from=build /build/native native
COPY --from=build /build/layers/dependencies ./
COPY --from=build /build/layers/snapshot-dependencies ./
COPY --from=build /build/layers/application ./
COPY LICENSE src/container/healthcheck src/container/train src/container/jvm.options ./
# A trial run writes the AOT cache: the start takes half the time. Left out by --build-arg AOT=no, such as for another processor.
ARG AOT=yes
RUN if [ "$AOT" = yes ]; then \
      ./train /opt/manyhands/manyhands.aot @jvm.options -Xmx512m -jar manyhands.jar \
      && echo "-XX:AOTCache=/opt/manyhands/manyhands.aot" >> jvm.options; \
    fi

# A container's address is a network's. Which functions others may run there is said by MANYHANDS_FUNCTIONS_ALLOWED, without which
# the start is refused.
ENV SERVER_ADDRESS=0.0.0.0 \
    MANYHANDS_DATA=/data \
    JDK_JAVA_OPTIONS=-Xmx512m
VOLUME /data
EXPOSE 8080
USER 10001:10001
# tini ends what tasks leave behind when their parent died.
ENTRYPOINT ["tini", "--", "java", "@/opt/manyhands/jvm.options", "-jar", "/opt/manyhands/manyhands.jar"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 CMD ["/opt/manyhands/healthcheck"]

ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Manyhands" \
      org.opencontainers.image.description="Pool.map over HTTP: runs one function over many inputs in parallel and keeps every result" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
