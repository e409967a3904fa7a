package agentcore.torture.history;

import agentcore.torture.history.AccountHistory.Written;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Counts the messages in the logs that a user follows. */
final class UnreadCounts {
  private final String user;
  private final int retained;
  private final Map<String, Log> logs = new HashMap<>();

  /**
   * The seqs of messages, rising: of others than the user, of those who mention, of each author.
   */
  private record Log(long end, long[] ofOthers, long[] ofMentions, Map<String, long[]> ofAuthors) {}

  UnreadCounts(AccountHistory history) {
    this.user = history.user();
    this.retained = history.retained();
    history.logs().forEach((name, messages) -> logs.put(name, log(messages)));
  }

  private Log log(List<Written> messages) {
    Map<String, List<Written>> byAuthor =
        messages.stream().filter(this::isOfOther).collect(Collectors.groupingBy(Written::author));
    Map<String, long[]> ofAuthors = new HashMap<>();
    byAuthor.forEach((author, theirs) -> ofAuthors.put(author, seqs(theirs, each -> true)));
    long end = messages.stream().mapToLong(each -> each.position().seq()).max().orElse(0);
    return new Log(
        end,
        seqs(messages, this::isOfOther),
        seqs(messages, each -> isOfOther(each) && each.mentions().contains(user)),
        ofAuthors);
  }

  private boolean isOfOther(Written message) {
    return !message.author().equals(user);
  }

  private static long[] seqs(List<Written> messages, Predicate<Written> which) {
    return messages.stream()
        .filter(which)
        .mapToLong(each -> each.position().seq())
        .distinct()
        .sorted()
        .toArray();
  }

  private Log log(String name) {
    return logs.getOrDefault(name, new Log(0, new long[0], new long[0], Map.of()));
  }

  /** Returns the seq of the last message. */
  long end(String log) {
    return log(log).end();
  }

  /** Returns the others who wrote into a log. */
  Set<String> authorsIn(String log) {
    return log(log).ofAuthors().keySet();
  }

  /** Counts the messages of others behind a seq, up to another one. */
  int ofOthers(String log, long read, long top) {
    return count(log(log).ofOthers(), read, top);
  }

  /** Counts those that mention the user. */
  int ofMentions(String log, long read, long top) {
    return count(log(log).ofMentions(), read, top);
  }

  /** Counts the messages of one author. */
  int of(String log, String author, long read, long top) {
    return count(log(log).ofAuthors().getOrDefault(author, new long[0]), read, top);
  }

  /** Counts what the log still has when it ends at {@code top}. */
  private int count(long[] seqs, long read, long top) {
    long from = Math.max(read, top - retained);
    return Math.max(0, upTo(seqs, top) - upTo(seqs, from));
  }

  private static int upTo(long[] seqs, long seq) {
    int at = Arrays.binarySearch(seqs, seq);
    return at >= 0 ? at + 1 : -at - 1;
  }
}
