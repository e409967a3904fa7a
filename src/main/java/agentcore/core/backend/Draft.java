package agentcore.core.backend;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * What a publisher appends to a log: the entry, and what {@link Log#unread} counts it by.
 *
 * @param id the entry's id, unique, at most 255 bytes
 * @param utf8 the event, without seq, epoch and message_id; must not change
 * @param author who wrote it, without line feeds; empty if it never counts as unread
 * @param mentions the ids of users whom it may mention, without line feeds; at most {@link
 *     #MAX_MENTIONS}
 * @param millis when it was written, in milliseconds since 1970
 */
public record Draft(String id, byte[] utf8, String author, Set<String> mentions, long millis) {
  /** The maximum of {@link #mentions}. */
  public static final int MAX_MENTIONS = 100;

  private static final String LINE = "\n";

  /** Checks the arguments. */
  public Draft {
    mentions = Set.copyOf(mentions);
    if (mentions.size() > MAX_MENTIONS) {
      throw new IllegalArgumentException("an entry has at most " + MAX_MENTIONS + " mentions");
    }
    boolean hasLine = author.contains(LINE);
    for (String name : mentions) {
      hasLine |= name.contains(LINE);
    }
    if (hasLine) {
      throw new IllegalArgumentException("an author and a mention hold no line feed");
    }
  }

  /** Creates an entry that never counts as unread, from the text of its event. */
  public Draft(String id, String text) {
    this(id, text.getBytes(StandardCharsets.UTF_8), "", Set.of(), 0);
  }

  /** Returns the mentions as one text, in which {@link #line} finds a name; empty without any. */
  public String mentionLines() {
    return mentions.isEmpty() ? "" : LINE + String.join(LINE, mentions) + LINE;
  }

  /** Returns a name as {@link #mentionLines} holds it. */
  public static String line(String name) {
    return LINE + name + LINE;
  }
}
