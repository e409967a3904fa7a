package agentcore.testkit.network;

import agentcore.testkit.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A key with a self-signed certificate in a PKCS #12 file, made by the JDK's keytool. */
public final class TestKeystore {
  public static final String PASSWORD = "sesame-4712";
  private static final String ALIAS = "server";

  private final Path file;
  private final X509Certificate certificate;

  private TestKeystore(Path file) {
    this.file = file;
    this.certificate = read(file);
  }

  /** Creates a key for a host; for localhost it is also valid for 127.0.0.1. */
  public static TestKeystore make(Path file, String host) {
    String names = "dns:" + host + (host.equals("localhost") ? ",ip:127.0.0.1" : "");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=" + host,
            "-ext",
            "SAN=" + names,
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass",
            PASSWORD);
    try {
      Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!keytool.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)
          || keytool.exitValue() != 0) {
        throw new AssertionError(output);
      }
      return new TestKeystore(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Copies the file, so that a test can change it. */
  public TestKeystore copy(Path to) {
    try {
      return new TestKeystore(Files.copy(file, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the file. */
  public Path file() {
    return file;
  }

  /** Returns the certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  private static X509Certificate read(Path file) {
    try {
      return (X509Certificate) keys(file).getCertificate(ALIAS);
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyStore keys(Path file) throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
  }

  /** Returns a TLS context for a server with this key. */
  SSLContext serverContext() {
    try {
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys(file), PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Writes the certificate and the key in one PEM file. */
  public void writePem(Path file) {
    try {
      Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
      byte[] key = keys(this.file).getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
      String pem =
          "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                  .formatted(lines.encodeToString(certificate.getEncoded()))
              + "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                  .formatted(lines.encodeToString(key));
      Path unused = Files.writeString(file, pem);
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Writes a trust store with this certificate and the same password. */
  public void writeTrustStore(Path trusting) {
    try (OutputStream out = Files.newOutputStream(trusting)) {
      trust().store(out, PASSWORD.toCharArray());
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns a TLS context for a client that trusts this key. */
  public SSLContext clientContext() {
    try {
      TrustManagerFactory trusting =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusting.init(trust());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trusting.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private KeyStore trust() throws GeneralSecurityException, IOException {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry(ALIAS, certificate);
    return trust;
  }
}
