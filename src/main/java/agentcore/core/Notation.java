package agentcore.core;

import java.util.regex.Pattern;

/**
 * How a value is written in a file, in the environment and in a flag: whether a comment may follow
 * it, and whether white space around it is removed. {@link Config} says how a comment begins.
 */
enum Notation {
  /** A number, word, address or prefix: a comment may follow it in a file and the environment. */
  COMMENTED,

  /** A secret, URL, file or room name: every {@code #} is part of it. */
  PLAIN,

  /** A password: like {@link #PLAIN}, and only a file removes the white space around it. */
  VERBATIM;

  private static final Pattern COMMENT = Pattern.compile("\\s#.*", Pattern.DOTALL);

  /** Returns the value after NAME= in a line of a file. */
  String inFile(String written) {
    return withoutComment(written).strip();
  }

  String inEnvironment(String written) {
    return inFlag(withoutComment(written));
  }

  String inFlag(String written) {
    return this == VERBATIM ? written : written.strip();
  }

  private String withoutComment(String written) {
    return this == COMMENTED ? COMMENT.matcher(written).replaceFirst("") : written;
  }
}
