package agentcore.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the text format of Prometheus, version 0.0.4, more strictly than Prometheus does: HELP,
 * TYPE, then samples, each metric once and contiguous, histograms complete. Throws {@link
 * AssertionError} for any error.
 */
final class ExpositionParser {
  private static final Pattern HELP = Pattern.compile("# HELP ([a-z][a-z0-9_]*) (\\S.*\\S)");
  private static final Pattern TYPE =
      Pattern.compile("# TYPE ([a-z][a-z0-9_]*) (counter|gauge|histogram)");
  private static final String LABEL = "[a-z_]+=\"(?:[^\"\\\\]|\\\\[\\\\\"n])*\"";
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-z][a-z0-9_]*)(\\{" + LABEL + "(?:," + LABEL + ")*\\})? (-?[0-9.]+|NaN|[+-]Inf)");
  private static final Pattern BOUND = Pattern.compile("\\{le=\"([^\"]+)\"}");

  /** One metric, with its samples by their written name and labels. */
  record Metric(String name, String type, String help, Map<String, Double> samples) {}

  private final Map<String, Metric> metrics = new LinkedHashMap<>();

  private ExpositionParser() {}

  static Map<String, Metric> parse(String text) {
    ExpositionParser parser = new ExpositionParser();
    require(text.endsWith("\n"), "the last line has no end");
    String help = "";
    String current = "";
    for (String line : text.split("\n")) {
      Matcher helps = HELP.matcher(line);
      Matcher types = TYPE.matcher(line);
      if (helps.matches()) {
        require(help.isEmpty(), "HELP without TYPE before " + line);
        current = helps.group(1);
        help = helps.group(2);
      } else if (types.matches()) {
        require(types.group(1).equals(current) && !help.isEmpty(), "TYPE without HELP: " + line);
        Metric made = new Metric(current, types.group(2), help, new LinkedHashMap<>());
        require(parser.metrics.put(current, made) == null, "twice: " + current);
        help = "";
      } else {
        require(help.isEmpty() && parser.metrics.containsKey(current), "no TYPE for " + line);
        parser.sample(parser.metrics.get(current), line);
      }
    }
    require(help.isEmpty(), "HELP without TYPE at the end");
    parser.metrics.values().forEach(ExpositionParser::check);
    return parser.metrics;
  }

  private void sample(Metric metric, String line) {
    Matcher sample = SAMPLE.matcher(line);
    require(sample.matches(), "no sample: " + line);
    String name = sample.group(1);
    boolean part =
        metric.type().equals("histogram")
            ? name.matches(metric.name() + "_(bucket|sum|count)")
            : name.equals(metric.name());
    require(part, "not of " + metric.name() + ": " + line);
    String labels = sample.group(2) == null ? "" : sample.group(2);
    require(metric.samples().put(name + labels, value(sample.group(3))) == null, "twice: " + line);
  }

  private static double value(String written) {
    return switch (written) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(written);
    };
  }

  private static void check(Metric metric) {
    require(!metric.samples().isEmpty(), "no sample of " + metric.name());
    boolean isCounter = metric.type().equals("counter");
    require(isCounter == metric.name().endsWith("_total"), "a counter ends with _total: " + metric);
    require(
        metric.type().equals("gauge") || metric.samples().values().stream().allMatch(v -> v >= 0),
        "negative: " + metric);
    if (metric.type().equals("histogram")) {
      checkHistogram(metric);
    }
  }

  private static void checkHistogram(Metric metric) {
    List<Double> bounds = new ArrayList<>();
    double before = 0;
    for (Map.Entry<String, Double> sample : metric.samples().entrySet()) {
      if (sample.getKey().startsWith(metric.name() + "_bucket")) {
        Matcher bound = BOUND.matcher(sample.getKey());
        require(bound.find(), "a bucket without a bound: " + sample);
        bounds.add(value(bound.group(1)));
        require(sample.getValue() >= before, "buckets decrease: " + metric);
        before = sample.getValue();
      }
    }
    require(bounds.equals(bounds.stream().sorted().distinct().toList()), "no order: " + bounds);
    require(bounds.getLast() == Double.POSITIVE_INFINITY, "no last bucket: " + bounds);
    require(
        metric.samples().get(metric.name() + "_count") == before,
        "count differs from the last bucket: " + metric);
    require(metric.samples().containsKey(metric.name() + "_sum"), "no sum: " + metric);
  }

  private static void require(boolean holds, String fault) {
    if (!holds) {
      throw new AssertionError(fault);
    }
  }
}
