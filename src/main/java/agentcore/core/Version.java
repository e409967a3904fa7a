package agentcore.core;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of this build. */
final class Version {
  private Version() {}

  /** Returns the version that the build recorded; {@code unknown} if it did not. */
  static String text() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/agentcore/version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      // reported as unknown
    }
    return properties.getProperty("version", "unknown");
  }
}
