package agentcore.compare;

import com.google.gson.JsonObject;
import java.util.stream.DoubleStream;

/** The values of one figure in several rounds. */
final class Samples {
  private double[] sorted = {};

  void add(double value) {
    sorted =
        DoubleStream.concat(DoubleStream.of(sorted), DoubleStream.of(value)).sorted().toArray();
  }

  void add(JsonObject figures, String name) {
    add(figures.get(name).getAsDouble());
  }

  boolean isEmpty() {
    return sorted.length == 0;
  }

  double median() {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
