package agentcore.core.socket;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * TLS 1.2 and 1.3 with the key of a PKCS #12 file. When the file changes, new connections use the
 * new key; if the new file cannot be read, the old key stays in use.
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
   * Loads the key and its certificates.
   *
   * @param file a PKCS #12 keystore
   * @param password of the keystore and of the key in it
   * @throws IOException if they cannot be used
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

  /** Puts TLS on top of an accepted socket. The caller performs the handshake. */
  SSLSocket wrap(Socket accepted) throws IOException {
    reloadIfChanged();
    SSLSocket secure =
        (SSLSocket)
            context.getSocketFactory().createSocket(accepted, InputStream.nullInputStream(), true);
    secure.setEnabledProtocols(PROTOCOLS);
    return secure;
  }

  /** Checks the file at most once a second, on the thread of a new connection. */
  private void reloadIfChanged() {
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
      if (!loadedVersion.isEmpty()) { // logged once; a file that is back is loaded again
        LOG.log(Level.WARNING, "the old key stays in use: {0}", unusable.getMessage());
      }
      loadedVersion = version;
    } finally {
      lock.unlock();
    }
  }
}
