package agentcore.example.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.auth.JsonWebTokens;
import agentcore.core.auth.SigningKeys;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP routes of the chat. */
class ChatHttpTest {
  private static final String SECRET = "a secret of at least thirty-two bytes";

  private final HttpClient http = HttpClient.newHttpClient();
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.startWithPage(Map.of("RATE_LIMIT_MESSAGES", "0"));
  }

  @AfterEach
  void stop() {
    server.close();
    http.close();
  }

  private HttpResponse<byte[]> ask(String method, String path, String... headers) {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<byte[]> get(String path, String... headers) {
    return ask("GET", path, headers);
  }

  private JsonObject json(int status, String path) {
    HttpResponse<byte[]> answer = get(path);
    String text = new String(answer.body(), UTF_8);
    assertEquals(status, answer.statusCode(), text);
    assertEquals("application/json", header(answer, "Content-Type"));
    return JsonParser.parseString(text).getAsJsonObject();
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  /** Lets a user create a room, send messages to it, and disconnect. */
  private void write(String room, boolean isPublic, int messages) {
    try (RawClient writer = server.connect("writer")) {
      writer.nextJson("welcome");
      if (!room.equals("lobby")) {
        writer.send(
            "{\"type\":\"create_room\",\"data\":{\"room_name\":\"%s\",\"is_public\":%s}}"
                .formatted(room, isPublic));
        writer.nextJson("room_info");
      }
      for (int i = 1; i <= messages; i++) {
        writer.send(
            "{\"type\":\"chat_message\",\"data\":{\"room\":\"%s\",\"text\":\"No. %d\"}}"
                .formatted(room, i));
        writer.nextJson("chat_message");
      }
    }
  }

  private static List<String> texts(JsonObject answer) {
    JsonArray messages = answer.getAsJsonArray("messages");
    return messages.asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(message -> message.get("text").getAsString())
        .toList();
  }

  @Test
  void historyHasTheNewestMessagesOldestFirst() {
    write("häh? 😀", true, 60);
    String path = "/api/rooms/h%C3%A4h%3F%20%F0%9F%98%80/messages";
    JsonObject all = json(200, path);
    assertEquals(Set.of("room", "messages", "count"), all.keySet());
    assertEquals("häh? 😀", all.get("room").getAsString());
    assertEquals(50, all.get("count").getAsInt());
    assertEquals("No. 11", texts(all).getFirst());
    assertEquals("No. 60", texts(all).getLast());
    assertEquals(List.of("No. 59", "No. 60"), texts(json(200, path + "?limit=2")));
    assertEquals(60, json(200, path + "?limit=1000").get("count").getAsInt());
    JsonObject last = all.getAsJsonArray("messages").get(49).getAsJsonObject();
    assertEquals(
        Set.of(
            "type",
            "user_id",
            "username",
            "room",
            "text",
            "seq",
            "epoch",
            "message_id",
            "timestamp"),
        last.keySet());
  }

  @Test
  void defaultRoomHasAnEmptyHistoryBeforeAnyoneConnects() {
    JsonObject empty = json(200, "/api/rooms/lobby/messages");
    assertEquals("{\"room\":\"lobby\",\"messages\":[],\"count\":0}", empty.toString());
    write("lobby", true, 1);
    assertEquals(List.of("No. 1"), texts(json(200, "/api/rooms/lobby/messages")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1001", "-1", "x", "", "1.5", "9999999999", "%ff"})
  void invalidLimitIsRefused(String limit) {
    JsonObject refusal = json(400, "/api/rooms/lobby/messages?limit=" + limit);
    assertEquals("{\"detail\":\"Limit must be between 1 and 1000\"}", refusal.toString());
  }

  @Test
  void privateRoomIsAnsweredLikeAMissingRoom() {
    write("den", false, 1);
    assertEquals(
        "{\"detail\":\"Room not found: den\"}", json(404, "/api/rooms/den/messages").toString());
    assertEquals(
        "{\"detail\":\"Room not found: dem\"}", json(404, "/api/rooms/dem/messages").toString());
  }

  @Test
  void malformedRoomNameIsRefused() {
    json(400, "/api/rooms/%FF/messages");
  }

  @Test
  void historyNeedsATokenIfTheServerDoes() {
    server.close();
    server = TestServer.startWithPage(Map.of("AUTH_SECRET", SECRET));
    String token =
        new JsonWebTokens(SigningKeys.parse(SECRET), Clock.systemUTC())
            .sign("alice", Duration.ofMinutes(1));
    String path = "/api/rooms/lobby/messages";
    for (String wrong : List.of("Bearer " + token + "x", "Bearer x", "Basic eDp4")) {
      HttpResponse<byte[]> refusal = get(path, "Authorization", wrong);
      assertEquals(401, refusal.statusCode(), wrong);
      assertEquals("Bearer", header(refusal, "WWW-Authenticate"), wrong);
    }
    assertEquals(401, get(path).statusCode());
    assertEquals(401, get(path + "?token=" + token).statusCode());
    assertEquals(200, get(path, "Authorization", "Bearer " + token).statusCode());
    assertEquals(200, get("/").statusCode(), "the page asks for the token");
  }

  @Test
  void stoppingServerIsAliveButNotReady() {
    assertEquals(200, get("/health/ready").statusCode());
    server.core().drain();
    assertEquals(503, get("/health/ready").statusCode());
    assertEquals(200, get("/health/live").statusCode());
    int posted = ask("POST", "/api/v1/rooms/lobby/messages").statusCode();
    assertEquals(503, posted, "what is stored in memory now would be lost");
  }

  private Set<String> assets() {
    String html = new String(get("/").body(), UTF_8);
    return Pattern.compile("(?:href|src)=\"(page/[^\"]+)\"")
        .matcher(html)
        .results()
        .map(link -> "/" + link.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyFileOfThePageIsServedWithSecurityHeaders() {
    Set<String> all = assets();
    assertTrue(all.containsAll(Set.of("/page/icon.svg", "/page/page.js")), all.toString());
    all.add("/");
    all.add("/page/agentcore-client.js");
    for (String path : all) {
      HttpResponse<byte[]> answer = get(path);
      assertEquals(200, answer.statusCode(), path);
      String policy = header(answer, "Content-Security-Policy");
      assertTrue(policy.startsWith("default-src 'none'; "), path);
      assertTrue(policy.contains("frame-ancestors 'none'"), path);
      assertFalse(policy.contains("unsafe"), path);
      assertEquals("nosniff", header(answer, "X-Content-Type-Options"), path);
      assertEquals("no-referrer", header(answer, "Referrer-Policy"), path);
      assertEquals("no-cache", header(answer, "Cache-Control"), path);
    }
  }

  @Test
  void pageHasNoInlineScriptAndOnlyTheStyleThatItsPolicyPermits() throws Exception {
    HttpResponse<byte[]> page = get("/");
    String html = new String(page.body(), UTF_8);
    int start = html.indexOf("<style>") + "<style>".length();
    int end = html.indexOf("</style>");
    String style = html.substring(start, end);
    String rest = html.substring(0, start - "<style>".length()) + html.substring(end);
    assertFalse(
        Pattern.compile("<style|style=|\\son\\w+=|<script(?![^>]*src=)").matcher(rest).find());
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(style.getBytes(UTF_8));
    String permitted = "; style-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'; ";
    assertTrue(header(page, "Content-Security-Policy").contains(permitted), permitted);
  }

  @Test
  void cachedFileIsNotSentAgain() {
    HttpResponse<byte[]> first = get("/page/page.js");
    String tag = header(first, "ETag");
    assertNotEquals("", tag);
    HttpResponse<byte[]> second = get("/page/page.js", "If-None-Match", "\"other\", " + tag);
    assertEquals(304, second.statusCode());
    assertEquals(0, second.body().length);
    assertEquals(tag, header(second, "ETag"));
    assertEquals(200, get("/page/icon.svg", "If-None-Match", tag).statusCode());
  }

  @Test
  void gzipIsSentToClientsThatAcceptIt() throws IOException {
    byte[] plain = get("/page/page.js").body();
    HttpResponse<byte[]> packed = get("/page/page.js", "Accept-Encoding", "deflate, gzip, br");
    assertEquals("gzip", header(packed, "Content-Encoding"));
    assertTrue(packed.body().length < plain.length / 2);
    try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
      assertArrayEquals(plain, unpacked.readAllBytes());
    }
    assertEquals("Accept-Encoding", header(packed, "Vary"));
    assertTrue(header(packed, "ETag").startsWith("W/"), "both forms have one tag");
    HttpResponse<byte[]> head = ask("HEAD", "/page/page.js", "Accept-Encoding", "gzip");
    assertEquals("" + packed.body().length, header(head, "Content-Length"));
    assertEquals(0, head.body().length);
    assertEquals(
        "", header(get("/page/icon-192.png", "Accept-Encoding", "gzip"), "Content-Encoding"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gzip | gzip
          gzip | GZIP;q=0.5
          gzip | br, gzip ;q=0.001 , deflate
          gzip | x-gzip
          gzip | *
          gzip | br;q=1, *;q=0.1
          gzip | identity;q=0.5, gzip;q=0.5
          gzip | identity;q=0, *
               | br, deflate
               | gzip;q=0
               | gzip;Q=0.000
               | gzip;q=0, *
               | *;q=0
               | identity, gzip;q=0.9
               | gzip;q=x
               | gzip;q=
               | gzippy
               | ''
          """)
  void weightsOfEncodingsAreRespected(String expected, String accepted) {
    HttpResponse<byte[]> answer = get("/page/page.js", "Accept-Encoding", accepted);
    assertEquals(expected == null ? "" : expected, header(answer, "Content-Encoding"));
  }

  @Test
  void manifestNamesIconsThatExistWithTheirSizes() throws IOException {
    HttpResponse<byte[]> answer = get("/page/page.webmanifest");
    assertEquals("application/manifest+json", header(answer, "Content-Type"));
    JsonObject manifest =
        JsonParser.parseString(new String(answer.body(), UTF_8)).getAsJsonObject();
    assertEquals("../", manifest.get("start_url").getAsString());
    Set<String> kinds = new TreeSet<>();
    for (JsonElement each : manifest.getAsJsonArray("icons")) {
      JsonObject icon = each.getAsJsonObject();
      HttpResponse<byte[]> image = get("/page/" + icon.get("src").getAsString());
      String sizes = icon.get("sizes").getAsString();
      assertEquals(icon.get("type").getAsString(), header(image, "Content-Type"));
      if (!sizes.equals("any")) {
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(image.body()));
        assertEquals(sizes, read.getWidth() + "x" + read.getHeight());
      }
      kinds.add(sizes + (icon.has("purpose") ? " " + icon.get("purpose").getAsString() : ""));
    }
    assertTrue(kinds.containsAll(Set.of("192x192", "512x512", "512x512 maskable")), kinds + "");
  }

  @ParameterizedTest
  @CsvSource({
    "404, GET, /page/",
    "404, GET, /page/other.js",
    "404, GET, /page/../page.js",
    "404, GET, /page/%2e%2e/page.js",
    "404, GET, /index.html",
    "404, GET, /api/rooms/lobby",
    "404, POST, /nothing",
    "405, POST, /",
    "405, PUT, /api/rooms/lobby/messages",
    "405, DELETE, /health/live",
    "405, HEAD, /ws/alice",
    "200, HEAD, /",
    "200, GET, /health/live",
    "200, GET, /health/ready"
  })
  void everyRequestHasItsStatus(int status, String method, String path) {
    try (RawClient client = RawClient.open(server.port())) {
      String request = method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      client.sendBytes(request.getBytes(UTF_8));
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
      assertEquals(status == 405, head.contains("\r\nAllow: GET"), head);
      assertEquals(method.equals("HEAD"), client.readToEnd().isEmpty());
    }
  }
}
