package agentcore.protocol;

import agentcore.core.backend.Backend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.Function;

/** A backend that fails when a test says so. */
final class FaultyBackend {
  private FaultyBackend() {}

  /**
   * Wraps a backend.
   *
   * @param fault takes the name of a method that is called, and says how it fails
   */
  static Backend of(Backend backend, Function<String, Optional<RuntimeException>> fault) {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) -> {
              Optional<RuntimeException> failure = fault.apply(method.getName());
              if (failure.isPresent()) {
                throw failure.get();
              }
              try {
                return method.invoke(backend, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
