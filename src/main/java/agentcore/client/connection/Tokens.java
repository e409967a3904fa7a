package agentcore.client.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Where a client's tokens come from.
 *
 * @param canRenew whether {@code source} gets a new token each time
 */
public record Tokens(Supplier<? extends CompletionStage<String>> source, boolean canRenew) {
  /** No token. */
  public static final Tokens NONE = Tokens.of("");

  /** The characters that a header can contain, without spaces. */
  private static final Pattern TOKEN = Pattern.compile("[!-~]*");

  /** Always the same token. */
  public static Tokens of(String text) {
    return new Tokens(() -> CompletableFuture.completedFuture(text), false);
  }

  /** Returns whether a text can be sent as a token. */
  static boolean canSend(String text) {
    return TOKEN.matcher(text).matches();
  }

  /** Returns the token for the next attempt. */
  CompletionStage<String> next() {
    try {
      return source.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Says why there is no token. */
  static String describe(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
