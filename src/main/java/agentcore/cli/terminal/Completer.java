package agentcore.cli.terminal;

import java.util.List;

/** Knows what a text can be completed to. Called on the thread that reads the keys. */
public interface Completer {
  /**
   * What the end of a text can be replaced by.
   *
   * @param start where the end begins
   * @param candidates the best first
   */
  record Completion(int start, List<String> candidates) {
    /** Copies the candidates. */
    public Completion {
      candidates = List.copyOf(candidates);
    }
  }

  /** Returns what the text before the cursor can be completed to. */
  Completion complete(String before);
}
