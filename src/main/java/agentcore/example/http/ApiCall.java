package agentcore.example.http;

import agentcore.core.AgentCore;
import agentcore.core.http.HttpRequest;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Fields;
import agentcore.core.message.Names;
import agentcore.example.ApiKeys;
import agentcore.example.Requests;
import java.util.Optional;

/**
 * A request to the HTTP API, whose key has been checked.
 *
 * @param caller the key
 */
record ApiCall(ApiKeys.Caller caller, HttpRequest request) {
  private static final String NUMBER = "[0-9]{1,18}";

  /** Returns the name of the key. */
  String key() {
    return caller.name();
  }

  /** Returns the room that the path names, trimmed. */
  String room() {
    return Requests.roomName(pathParameter("room"), "room");
  }

  /** Returns the user that the path names, trimmed. */
  String user() {
    return user(pathParameter("user"));
  }

  /** Checks and returns a user id, trimmed. */
  static String user(String named) {
    String user = Names.trim(named);
    Optional<String> fault = Names.userFault(user);
    Requests.require(fault.isEmpty(), fault.orElse(""));
    return user;
  }

  private String pathParameter(String name) {
    return request
        .pathParameter(name)
        .orElseThrow(
            () ->
                new ClientException(
                    ErrorCode.VALIDATION_FAILED, "Path is not percent-encoded UTF-8"));
  }

  /** Returns the fields of the body; none if there is no body. */
  Fields body() {
    if (request.body().length == 0) {
      return Fields.NONE;
    }
    return AgentCore.fields(
        request
            .text()
            .orElseThrow(
                () -> new ClientException(ErrorCode.INVALID_JSON, "The body is not UTF-8")));
  }

  /** Returns a number of the query, from {@code min} to {@code max}. */
  long number(String name, long defaultValue, long min, long max) {
    String text = request.parameters().getOrDefault(name, String.valueOf(defaultValue));
    long number =
        text.matches(NUMBER) || text.equals("" + defaultValue) ? Long.parseLong(text) : -1;
    Requests.require(
        number >= min && number <= max, name + " must be between " + min + " and " + max);
    return number;
  }
}
