package agentcore.metrics;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads the metrics of a server over HTTP. */
final class MetricReader {
  private final int port;

  private MetricReader(int port) {
    this.port = port;
  }

  /** Reads from the given port. */
  static MetricReader of(int port) {
    return new MetricReader(port);
  }

  /** Requests a path and returns the status line and headers. */
  static String head(int port, String method, String path) {
    try (RawClient client = ask(port, method, path)) {
      return client.readHead();
    }
  }

  private static RawClient ask(int port, String method, String path) {
    RawClient client = RawClient.open(port);
    String request = method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    client.sendBytes(request.getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  /** Reads all metrics. */
  Map<String, ExpositionParser.Metric> all() {
    try (RawClient client = ask(port, "GET", "/metrics")) {
      String head = client.readHead();
      if (!head.startsWith("HTTP/1.1 200 ")
          || !head.contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8")) {
        throw new AssertionError(head);
      }
      return ExpositionParser.parse(client.readToEnd());
    }
  }

  /** Reads one sample by its written name, or the sum of all samples of a labelled metric. */
  double get(String sample) {
    double[] values =
        all().values().stream()
            .flatMap(metric -> metric.samples().entrySet().stream())
            .filter(each -> each.getKey().equals(sample) || each.getKey().startsWith(sample + "{"))
            .mapToDouble(Map.Entry::getValue)
            .toArray();
    if (values.length == 0) {
      throw new AssertionError("no sample " + sample);
    }
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /** Waits until a sample has a value. */
  void await(String sample, double value) {
    Await.until(sample + " to be " + value, () -> get(sample) == value);
  }

  /** Waits until a sample is more than a value. */
  void awaitMore(String sample, double value) {
    Await.until(sample + " to be more than " + value, () -> get(sample) > value);
  }
}
