package dev.manyhands.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/// A thread of the server that is slow when a servlet is done with a request, and the answer is not
/// sent yet: until the server ends, which it is to do after the answer, but for a moment at most.
final class HeldBack extends ValveBase implements BeanFactoryPostProcessor {
  private static final long AT_MOST_MILLIS = 300;

  private final CountDownLatch serverEnds = new CountDownLatch(1);
  private final CountDownLatch held = new CountDownLatch(1);

  HeldBack() {
    super(true);
  }

  /// Whether there was such a request.
  boolean hasHeld() {
    return held.getCount() == 0;
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> inside =
        factory -> factory.addContextCustomizers(context -> context.getPipeline().addValve(this));
    beans.registerSingleton("heldBack", inside);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    getNext().invoke(request, response);
    if (response.getStatus() >= HttpServletResponse.SC_BAD_REQUEST) {
      held.countDown();
      try {
        serverEnds.await(AT_MOST_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  protected void stopInternal() throws LifecycleException {
    serverEnds.countDown();
    super.stopInternal();
  }
}
