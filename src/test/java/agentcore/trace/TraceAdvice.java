package agentcore.trace;

import net.bytebuddy.asm.Advice;

/** What is added to the beginning of each traced method. */
final class TraceAdvice {
  private TraceAdvice() {}

  @Advice.OnMethodEnter
  static void enter(
      @Advice.Origin("#t.#m") String method, @Advice.AllArguments Object[] arguments) {
    Trace.enter(method, arguments);
  }
}
