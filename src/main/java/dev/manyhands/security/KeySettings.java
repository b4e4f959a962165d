package dev.manyhands.security;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// Where a given key lies.
///
/// @param keyFile a file with the key, which several services may share; none: a file of the data
///   folder, made by the first start
@ConfigurationProperties("manyhands.security")
record KeySettings(@Nullable Path keyFile) {}
