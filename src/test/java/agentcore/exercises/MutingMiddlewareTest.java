package agentcore.exercises;

import agentcore.core.middleware.Middleware;

class MutingMiddlewareTest extends MutingContract {
  @Override
  Middleware muting(String word) {
    return new MutingMiddleware(word);
  }
}
