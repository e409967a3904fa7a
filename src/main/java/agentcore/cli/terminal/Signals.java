package agentcore.cli.terminal;

import java.lang.reflect.Proxy;

/**
 * Runs code when the process receives a signal. The JDK has this only in the module {@code
 * jdk.unsupported}, so it is found by reflection: without that module nothing happens.
 */
final class Signals {
  private Signals() {}

  /** Runs {@code action} on a thread of its own for each signal, such as {@code WINCH}. */
  static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object listener =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getDeclaringClass() == handler) {
                  action.run();
                }
                return 0;
              });
      Object named = signal.getConstructor(String.class).newInstance(name);
      var unused = signal.getMethod("handle", signal, handler).invoke(null, named, listener);
    } catch (ReflectiveOperationException | IllegalArgumentException notAvailable) {
      // the size is asked for again when the screen is cleared
    }
  }
}
