package example;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Notice boards that everyone reads and only some users write to: a consumer with error codes of its
 * own and rights for each room.
 */
public final class Boards implements Consumer {
  private static final ErrorCode NO_SUCH_BOARD = new ErrorCode("NO_SUCH_BOARD", false);
  private static final ErrorCode NOT_OPEN = new ErrorCode("NOT_OPEN", false);
  private static final ErrorCode READ_ONLY = new ErrorCode("READ_ONLY", false);

  private final Map<String, Set<String>> writers;

  /**
   * Constructs the boards.
   *
   * @param writers the users who may post, by the name of the board
   */
  public Boards(Map<String, Set<String>> writers) {
    this.writers = Map.copyOf(writers);
  }

  @Override
  public Map<String, Handler> handlers() {
    return Map.of("open", this::open, "post", this::post);
  }

  @Override
  public List<ErrorCode> errorCodes() {
    return List.of(NO_SUCH_BOARD, NOT_OPEN, READ_ONLY);
  }

  private void open(Session session, Message message) {
    String board = board(message);
    Room room = new Room(board, "board-" + board, "", true);
    session.directory().create(room); // has no effect if the room exists
    Event joined = Event.of("joined").with("board", board).with("user", session.user());
    Event left = Event.of("left").with("board", board).with("user", session.user());
    session.enter(room, left, joined, Optional.empty());
    session.reply(message, Event.of("opened").with("board", board));
  }

  private void post(Session session, Message message) {
    String board = board(message);
    String text = message.data().string("text").orElse("");
    if (!writers.get(board).contains(session.user())) {
      throw new ClientException(READ_ONLY, "You may only read " + board);
    }
    Event posted =
        Event.of("posted").with("board", board).with("user", session.user()).with("text", text);
    var membership =
        session
            .membership(board)
            .orElseThrow(() -> new ClientException(NOT_OPEN, "Open " + board + " first"));
    session.publish(membership, posted, Optional.empty());
  }

  private String board(Message message) {
    String board = message.data().string("board").orElse("");
    if (!writers.containsKey(board)) {
      throw new ClientException(NO_SUCH_BOARD, "There is no such board: " + board);
    }
    return board;
  }

  public static void main(String[] args) throws Exception {
    Config config = Config.load(Optional.empty(), System.getenv(), Map.of());
    Boards boards = new Boards(Map.of("news", Set.of("ann"), "lunch", Set.of("ann", "bo")));
    try (AgentCore server = new AgentCore(config).endpoint("/ws/{user_id}", boards).start()) {
      System.out.println("listening on port " + server.port());
      server.join();
    }
  }
}
