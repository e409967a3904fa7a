package agentcore.core.transport;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * TLS 1.2 and 1.3 with the key of a PKCS #12 file. A renewed file is used for the connections that
 * come after it; one that cannot be read leaves the old key in use.
 */
public final class Tls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Logger LOG = System.getLogger(Tls.class.getName());

  private final Path file;
  private final char[] password;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile SSLContext context;
  private String loadedVersion;
  private volatile long checkedNanos = System.nanoTime();

  /**
   * Reads a key and its certificates.
   *
   * @param file PKCS #12
   * @param password of the file and of the key in it
   * @throws IOException where they cannot be used
   */
  public Tls(Path file, String password) throws IOException {
    this.file = file;
    this.password = password.toCharArray();
    this.loadedVersion = version();
    this.context = load();
  }

  private SSLContext load() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, password);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, password);
      if (keys.size() == 0) {
        throw new IOException("it holds no key");
      }
      SSLContext loaded = SSLContext.getInstance("TLS");
      loaded.init(managers.getKeyManagers(), null, null);
      return loaded;
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException("the keystore " + file + " cannot be used: " + e.getMessage(), e);
    }
  }

  private String version() throws IOException {
    return Files.getLastModifiedTime(file) + " " + Files.size(file);
  }

  /**
   * Does the handshake on a new connection. Blocks.
   *
   * @param cut ends the connection
   * @throws IOException where it fails, or takes longer than {@code timeout}
   */
  SSLSocket accept(Socket raw, Duration timeout, Runnable cut) throws IOException {
    reloadSometimes();
    SSLSocket secure =
        (SSLSocket)
            context.getSocketFactory().createSocket(raw, InputStream.nullInputStream(), true);
    secure.setEnabledProtocols(PROTOCOLS);
    // Its reads have a timeout each; who trickles is stopped by the clock.
    Deadline.limit(timeout, cut, secure::startHandshake);
    return secure;
  }

  /** Once a second, by whoever connects, looks whether the file is another. */
  private void reloadSometimes() {
    if (System.nanoTime() - checkedNanos < CHECK_NANOS || !lock.tryLock()) {
      return;
    }
    String version = "";
    try {
      checkedNanos = System.nanoTime();
      version = version();
      if (!version.equals(loadedVersion)) {
        loadedVersion = version;
        context = load();
        LOG.log(Level.INFO, "the keystore {0} was renewed", file);
      }
    } catch (IOException unusable) {
      if (!loadedVersion.isEmpty()) { // said once, and read again when the file is back
        LOG.log(Level.WARNING, "the old key stays in use: {0}", unusable.getMessage());
      }
      loadedVersion = version;
    } finally {
      lock.unlock();
    }
  }
}
