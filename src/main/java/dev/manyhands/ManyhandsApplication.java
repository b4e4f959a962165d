package dev.manyhands;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The service: one process that takes jobs over HTTP, runs their tasks and keeps their results.
@SpringBootApplication
public class ManyhandsApplication {

  public static void main(String[] args) {
    SpringApplication.run(ManyhandsApplication.class, args);
  }
}
