package dev.manyhands.security;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Where the key lies.
///
/// @param data `manyhands.data`: the folder of the service's files
@Validated
@ConfigurationProperties("manyhands")
record SecuritySettings(@NotNull @DefaultValue("./data") Path data) {}
