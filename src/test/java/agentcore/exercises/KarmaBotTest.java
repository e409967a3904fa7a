package agentcore.exercises;

import java.net.URI;

class KarmaBotTest extends BotContract {
  @Override
  AutoCloseable start(URI server) {
    return KarmaBot.start(server);
  }
}
