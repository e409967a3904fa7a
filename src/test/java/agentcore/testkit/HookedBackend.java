package agentcore.testkit;

import agentcore.core.backend.Accounts;
import agentcore.core.backend.Backend;
import agentcore.core.backend.Directory;
import agentcore.core.backend.Log;
import agentcore.core.backend.Presence;
import agentcore.core.backend.TokenBuckets;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/** Wraps a backend so that a test sees each call before it is made and may delay or fail it. */
public final class HookedBackend {
  private static final Set<Class<?>> PARTS =
      Set.of(Log.class, Presence.class, Directory.class, TokenBuckets.class, Accounts.class);

  private HookedBackend() {}

  /** Called before each call; an exception that it throws replaces the call. */
  @FunctionalInterface
  public interface Hook {
    /** Called before a method of the backend or of one of its parts. */
    void called(String method, Object[] arguments);
  }

  /** Wraps a backend. */
  public static Backend of(Backend backend, Hook hook) {
    return wrap(Backend.class, backend, hook);
  }

  private static <T> T wrap(Class<T> type, Object real, Hook hook) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              boolean isPart = PARTS.contains(method.getReturnType());
              if (!isPart) {
                hook.called(method.getName(), arguments);
              }
              try {
                Object result = method.invoke(real, arguments);
                return isPart ? wrap(method.getReturnType(), result, hook) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
