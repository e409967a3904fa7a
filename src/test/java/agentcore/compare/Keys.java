package agentcore.compare;

import agentcore.testkit.network.TestKeystore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;

/** One key for the servers of all contenders, in the files that each of them reads. */
final class Keys {
  private static final Path FOLDER = Path.of("target", "bench");

  private Keys() {}

  /** Writes the files, makes this JVM trust the key, and returns the settings of the servers. */
  static Map<String, String> create() throws IOException {
    Path store = FOLDER.resolve("key.p12");
    Files.deleteIfExists(store);
    TestKeystore keys = TestKeystore.make(store, "localhost");
    Path trust = FOLDER.resolve("trust.p12");
    keys.writeTrustStore(trust);
    System.setProperty("javax.net.ssl.trustStore", trust.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", TestKeystore.PASSWORD);
    try {
      return Map.of(
          "TLS_KEYSTORE", store.toString(),
          "TLS_PASSWORD", TestKeystore.PASSWORD,
          "KEY_FILE", pem("PRIVATE KEY", key(store).getEncoded()),
          "CERTIFICATE_FILE", pem("CERTIFICATE", keys.certificate().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static Key key(Path store) throws IOException, GeneralSecurityException {
    char[] password = TestKeystore.PASSWORD.toCharArray();
    KeyStore keys = KeyStore.getInstance(store.toFile(), password);
    return keys.getKey(keys.aliases().nextElement(), password);
  }

  /** Writes a file in the textual encoding (RFC 7468) and returns its name. */
  private static String pem(String label, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Path file = FOLDER.resolve(label.toLowerCase(Locale.ROOT).replace(' ', '-') + ".pem");
    Files.writeString(
        file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, text));
    return file.toString();
  }
}
