package agentcore.trace;

import net.bytebuddy.asm.Advice;

/** What is added to the beginning of each method, to note its type. */
final class TypeAdvice {
  private TypeAdvice() {}

  @Advice.OnMethodEnter
  static void enter(@Advice.Origin("#t") String type) {
    Trace.enterType(type);
  }
}
