package agentcore.exercises;

import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Message;
import agentcore.core.middleware.Client;
import agentcore.core.middleware.Middleware;
import agentcore.core.middleware.Verdict;
import java.util.regex.Pattern;

/** Refuses every text that contains a word, in rooms and in private messages. */
final class MutingMiddleware implements Middleware {
  private static final String NO_LETTER_BEFORE = "(?<![\\p{L}\\p{N}])";
  private static final String NO_LETTER_BEHIND = "(?![\\p{L}\\p{N}])";

  private final Pattern word;
  private final Verdict refusal;

  MutingMiddleware(String word) {
    this.word =
        Pattern.compile(
            NO_LETTER_BEFORE + Pattern.quote(word) + NO_LETTER_BEHIND,
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    this.refusal =
        new Verdict.Refuse(
            new ClientException(ErrorCode.VALIDATION_FAILED, "Please say it without: " + word));
  }

  @Override
  public Verdict check(Client client, Message message) {
    boolean isMuted = message.data().string("text").filter(word.asPredicate()).isPresent();
    return isMuted ? refusal : Verdict.PASS;
  }
}
