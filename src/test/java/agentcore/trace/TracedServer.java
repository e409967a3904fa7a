package agentcore.trace;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.isMethod;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;

/**
 * Starts a server, lets Alice and Bob chat until the JVM has compiled the code, and prints the path
 * of one message of Alice: of the fastest of some hundred, because the machine disturbs the others.
 * Also prints the types of which a method runs for each message.
 */
public final class TracedServer {
  private static final int WARM_UP = 5_000;
  private static final int RECORDED = 300;
  private static final int HEX_BYTES = 24;
  private static final int TEXT_CHARS = 72;

  private TracedServer() {}

  /** Needs an agent of Byte Buddy on the command line. */
  public static void main(String[] args) {
    trace(ByteBuddyAgent.install()); // returns the agent that is there already
    Map<String, String> settings =
        Map.of("RATE_LIMIT_MESSAGES", "1000000", "RATE_LIMIT_BURST", "1000000");
    List<Trace.Call> fastest = List.of();
    try (TestServer server = TestServer.start(settings);
        RawClient alice = server.welcomed("alice");
        RawClient bob = server.welcomed("bob")) {
      alice.nextJson("user_joined_room");
      for (int i = 0; i < WARM_UP; i++) {
        exchange(alice, bob, "w-" + i);
      }
      for (int i = 0; i < RECORDED; i++) {
        Trace.start();
        exchange(alice, bob, "m-" + i);
        List<Trace.Call> calls = Trace.stop();
        fastest = fastest.isEmpty() || nanos(calls) < nanos(fastest) ? calls : fastest;
      }
      printTypes(alice, bob);
    }
    print(fastest);
  }

  private static long nanos(List<Trace.Call> calls) {
    return calls.getLast().nanos() - calls.getFirst().nanos();
  }

  private static void exchange(RawClient alice, RawClient bob, String id) {
    alice.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"Good morning\"},"
            + "\"id\":\"%s\"}".formatted(id));
    bob.nextText(); // the event
    alice.nextText(); // the event and the ack, in either order
    alice.nextText();
  }

  /** Prints the types of which a method ran for most of some hundred messages. */
  private static void printTypes(RawClient alice, RawClient bob) {
    Map<String, Integer> messages = new TreeMap<>();
    for (int i = 0; i < RECORDED; i++) {
      Trace.start();
      exchange(alice, bob, "t-" + i);
      Trace.stop();
      Trace.types().forEach(type -> messages.merge(type, 1, Integer::sum));
    }
    messages.values().removeIf(count -> count <= RECORDED / 2); // such as a sweep once a second
    messages.keySet().forEach(type -> System.out.println("type " + type));
  }

  /** Adds a line to the beginning of each method, when its class is loaded. */
  private static void trace(Instrumentation instrumentation) {
    AgentBuilder builder =
        new AgentBuilder.Default()
            .disableClassFormatChanges()
            .type(nameStartsWith("agentcore.core.").or(nameStartsWith("agentcore.example.")))
            .transform(
                (code, description, loader, module, domain) ->
                    code.visit(Advice.to(TypeAdvice.class).on(isMethod().or(isConstructor()))));
    for (String type : Stops.ALL.stream().map(Stops.Stop::type).distinct().toList()) {
      builder =
          builder
              .type(named("agentcore." + type))
              .transform(
                  (code, description, loader, module, domain) -> {
                    for (Stops.Stop stop : Stops.ALL) {
                      if (stop.type().equals(type)) {
                        code =
                            code.visit(
                                Advice.to(TraceAdvice.class)
                                    .on(
                                        named(stop.method())
                                            .and(takesArguments(stop.parameters()))));
                      }
                    }
                    return code;
                  });
    }
    var unused = builder.installOn(instrumentation);
  }

  private static void print(List<Trace.Call> calls) {
    String before = "";
    for (Trace.Call call : calls) {
      String method = call.method();
      System.out.printf(
          Locale.ROOT,
          "%5.0f us  %-8s %s%n",
          (call.nanos() - calls.getFirst().nanos()) / 1000.0,
          call.thread().getName().replaceAll("-.*", ""),
          method.substring(method.lastIndexOf('.', method.lastIndexOf('.') - 1) + 1));
      String form = form(call);
      if (!form.isEmpty() && !form.equals(before)) {
        System.out.print(form);
        before = form;
      }
    }
  }

  /** Shows the bytes or the text of a call. */
  private static String form(Trace.Call call) {
    Optional<String> hex =
        call.bytes()
            .map(
                bytes ->
                    "          %s%s  (%d bytes)%n"
                        .formatted(
                            HexFormat.ofDelimiter(" ")
                                .formatHex(bytes, 0, Math.min(bytes.length, HEX_BYTES)),
                            bytes.length > HEX_BYTES ? " ..." : "",
                            bytes.length));
    Optional<String> text =
        call.bytes()
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .or(call::text)
            .map(chars -> chars.replaceAll("[^ -~]", "."))
            .map(
                chars ->
                    "          %s%s%n"
                        .formatted(
                            chars.substring(0, Math.min(chars.length(), TEXT_CHARS)),
                            chars.length() > TEXT_CHARS ? "..." : ""));
    return hex.orElse("") + text.orElse("");
  }
}
