package agentcore.example.http;

import agentcore.core.AgentCore;
import agentcore.core.http.HttpResponse;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.example.ChatCodes;
import java.util.Map;

/**
 * An error of the HTTP API as problem details (RFC 9457), with the error code of the protocol.
 *
 * @param detail a sentence for people
 */
record Problem(int status, ErrorCode code, String detail) {
  private static final Map<ErrorCode, Integer> STATUS =
      Map.of(
          ChatCodes.ROOM_NOT_FOUND, 404,
          ChatCodes.USER_NOT_FOUND, 404,
          ChatCodes.ROOM_EXISTS, 409,
          ChatCodes.LIMIT_EXCEEDED, 409,
          ErrorCode.NOT_ALLOWED, 403,
          ErrorCode.RATE_LIMIT_EXCEEDED, 429,
          ErrorCode.BACKEND_UNAVAILABLE, 503,
          ErrorCode.INTERNAL_ERROR, 500);

  private static final Map<Integer, String> TITLES =
      Map.of(
          400, "Bad Request",
          401, "Unauthorized",
          403, "Forbidden",
          404, "Not Found",
          409, "Conflict",
          411, "Length Required",
          429, "Too Many Requests",
          500, "Internal Server Error",
          503, "Service Unavailable");

  /** Returns the problem of a refusal; a code without a status of its own is a bad request. */
  static Problem of(ClientException refusal) {
    return new Problem(
        STATUS.getOrDefault(refusal.code(), 400), refusal.code(), refusal.sentence());
  }

  /** Returns the JSON object. */
  Event json() {
    return Event.object()
        .with("type", "about:blank")
        .with("title", TITLES.getOrDefault(status, "Error"))
        .with("status", status)
        .with("detail", detail)
        .with("error_code", code.name())
        .with("retryable", code.retryable());
  }

  HttpResponse response(AgentCore server) {
    return HttpResponse.json(status, server.json(json()))
        .with("Content-Type", "application/problem+json");
  }
}
