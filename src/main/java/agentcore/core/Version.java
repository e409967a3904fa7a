package agentcore.core;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which build this is. */
public final class Version {
  private Version() {}

  /** Returns the version, as the build has written it down. */
  public static String text() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/agentcore/version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      // the version is not known then
    }
    return properties.getProperty("version", "unknown");
  }
}
